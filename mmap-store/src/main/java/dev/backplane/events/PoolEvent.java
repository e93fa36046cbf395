package dev.backplane.events;

import jdk.jfr.Event;
import jdk.jfr.Label;
import org.jspecify.annotations.Nullable;

/// What events about a pool have in common.
abstract class PoolEvent extends Event {
    @Label("Pool")
    @Nullable
    String pool;
}
