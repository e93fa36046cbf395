package dev.backplane.jmx;

import dev.backplane.store.CatalogEntry;
import dev.backplane.store.SegmentView;

/// What beans of a segment's objects have in common: they look anew each time, so that they never read the bytes of
/// another object that has come to stand in the place of theirs.
abstract class ObjectBean {
    private final SegmentView view;
    private final String name;
    private final long incarnation;

    ObjectBean(SegmentView view, CatalogEntry entry) {
        this.view = view;
        this.name = entry.name();
        this.incarnation = entry.incarnation();
    }

    final SegmentView view() {
        return view;
    }

    /// The object's entry as it is now.
    ///
    /// @throws IllegalStateException if it is gone
    final CatalogEntry entry() {
        return view.entries().stream()
                .filter(entry -> entry.incarnation() == incarnation)
                .findFirst()
                .orElseThrow(() -> gone());
    }

    final IllegalStateException gone() {
        return new IllegalStateException(name + " was removed from " + view.path()
                + ": the operation refresh of the segment's bean takes this one away");
    }

    /// The object's name.
    public final String getName() {
        return name;
    }

    /// The path of its segment.
    public final String getSegment() {
        return view.path().toString();
    }
}
