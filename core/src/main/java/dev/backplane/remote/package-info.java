/// A server that Python's `multiprocessing.managers` talk to, and what it lets them use.
@NullMarked
package dev.backplane.remote;

import org.jspecify.annotations.NullMarked;
