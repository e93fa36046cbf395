package dev.backplane.events;

import jdk.jfr.Label;
import org.jspecify.annotations.Nullable;

/// What events about a wait have in common.
abstract class WaitingEvent extends PlacedEvent {
    @Label("Outcome")
    @Nullable
    String outcome;
}
