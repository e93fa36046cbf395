package dev.backplane.events;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import org.jspecify.annotations.Nullable;

/// What events about a shared object have in common.
@Category("Backplane")
abstract class PlacedEvent extends Event {
    @Label("Object")
    @Nullable
    String object;

    @Label("Object Type")
    @Nullable
    String objectType;

    @Label("Segment")
    @Nullable
    String segment;

    void at(Place place) {
        object = place.object();
        objectType = place.type();
        segment = place.segment();
    }
}
