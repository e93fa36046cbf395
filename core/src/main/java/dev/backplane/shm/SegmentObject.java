package dev.backplane.shm;

import dev.backplane.SharedHandle;
import dev.backplane.SharedObject;
import dev.backplane.store.Region;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;

/// What every object in a segment has: a name, a region, and a serialized form that is only its handle.
abstract class SegmentObject implements SharedObject, Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient SegmentManager manager;
    private final transient Region region;

    SegmentObject(SegmentManager manager, Region region) {
        this.manager = manager;
        this.region = region;
    }

    @Override
    public final String name() {
        return region.name();
    }

    @Override
    public SharedHandle handle() {
        return new SharedHandle(region.segment().handle(), region.name(), region.incarnation());
    }

    final SegmentManager manager() {
        return manager;
    }

    final Region region() {
        return region;
    }

    /// Whether this is what its handle still names: its segment is open here, and it was not removed.
    boolean isCurrent() {
        return !region.segment().isClosed() && region.segment().catalog().names(region);
    }

    /// An object is written as the reference that attaches it where it is read.
    @Serial
    final Object writeReplace() {
        return serialForm();
    }

    /// What stands for this object in a stream: its handle, and what else is needed to attach it.
    Object serialForm() {
        return new AttachOnRead(handle());
    }

    /// This object with elements of a type, for those that need to be told.
    SegmentObject of(ElementType<?> type) {
        throw new IllegalArgumentException(this + " has no elements of a type to be told, such as " + type);
    }

    @Serial
    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("a shared object is read as its handle only");
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " " + region;
    }
}
