/// What the library tells the JDK's Flight Recorder: events about waits, deaths, recoveries and tasks of pools.
@NullMarked
package dev.backplane.events;

import org.jspecify.annotations.NullMarked;
