/// A pool of worker JVMs that map functions over collections and shared memory.
@NullMarked
package dev.backplane.pool;

import org.jspecify.annotations.NullMarked;
