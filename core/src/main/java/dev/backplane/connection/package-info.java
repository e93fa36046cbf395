/// Messages to other processes over sockets, as Python's `multiprocessing.connection` sends them, and over
/// shared memory.
@NullMarked
package dev.backplane.connection;

import org.jspecify.annotations.NullMarked;
