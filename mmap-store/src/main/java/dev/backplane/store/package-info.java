/// Bytes and files: memory-mapped segments, who is attached to them, what they hold, and how their words are
/// waited on.
@NullMarked
package dev.backplane.store;

import org.jspecify.annotations.NullMarked;
