package dev.backplane.events;

import jdk.jfr.FlightRecorder;

/// Whether there is a Flight Recorder to be told anything.
///
/// Only slow paths ask: a thread that is about to wait, or has met the dead. Until the JVM's first recording that
/// costs a look at one flag, and no event class is even loaded; so a recording's list of event types has those of
/// the library from the first time that one of them might have happened.
///
/// A runtime image without the module `jdk.jfr` does as well: then there are no events.
///
/// Thread-safe.
public final class Flight {
    private static final boolean PRESENT =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Flight() {}

    /// Whether events may be recorded: the JVM has begun a recording, now or earlier.
    ///
    /// @return false if there is no need to tell anything
    public static boolean isRecording() {
        return PRESENT && FlightRecorder.isInitialized();
    }
}
