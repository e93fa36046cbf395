/// Multiprocessing for the JVM: shared objects, worker JVMs and pools of them.
@NullMarked
package dev.backplane;

import org.jspecify.annotations.NullMarked;
