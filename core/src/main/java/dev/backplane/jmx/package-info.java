/// Beans for JMX: what a segment, its queues and locks, and a pool are at, to be read by consoles and agents.
///
/// Nothing else in this library needs the module `java.management`, and nothing is registered unless asked for.
@NullMarked
package dev.backplane.jmx;

import org.jspecify.annotations.NullMarked;
