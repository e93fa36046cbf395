/// The shared objects of [dev.backplane] in a memory-mapped segment.
@NullMarked
package dev.backplane.shm;

import org.jspecify.annotations.NullMarked;
