/// Starts, watches and kills real JVMs, for tests of every module.
@NullMarked
package dev.backplane.store.testing;

import org.jspecify.annotations.NullMarked;
