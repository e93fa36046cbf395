package dev.backplane.remote;

import dev.backplane.SharedHandle;
import dev.backplane.SharedObject;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A named object of a manager: the very one that JVMs of this host share, with methods as Python's of that
/// kind.
///
/// What a caller has of it, such as a lock, is held by its thread in this JVM, and given back when its
/// connection ends; for the other JVMs it is then released, not abandoned, since this JVM lives.
final class NamedReferent implements Referent {
    private final String typeId;
    private final SharedObject object;
    private final Methods methods;
    private final Supplier<@Nullable Object> value;
    private final @Nullable Holds holds;

    /// What callers have of an object.
    interface Holds {
        /// As [Referent#isHeldBy].
        boolean isHeldBy(Caller caller);

        /// As [Referent#release].
        void release(Caller caller);
    }

    private NamedReferent(
            String typeId,
            SharedObject object,
            Methods methods,
            Supplier<@Nullable Object> value,
            @Nullable Holds holds) {
        this.typeId = typeId;
        this.object = object;
        this.methods = methods;
        this.value = value;
        this.holds = holds;
    }

    /// Of an object that has no copy and is never held.
    static NamedReferent of(String typeId, SharedObject object, Methods methods) {
        return holding(typeId, object, methods, null);
    }

    /// Of an object that callers hold.
    ///
    /// @param holds what they have
    static NamedReferent holding(String typeId, SharedObject object, Methods methods, @Nullable Holds holds) {
        return new NamedReferent(
                typeId,
                object,
                methods,
                () -> {
                    throw Errors.type("cannot pickle '" + typeId + "' object: it stays where it is");
                },
                holds);
    }

    /// Of an object that has a copy.
    ///
    /// @param value makes it
    static NamedReferent valued(String typeId, SharedObject object, Methods methods, Supplier<@Nullable Object> value) {
        return new NamedReferent(typeId, object, methods, value, null);
    }

    @Override
    public String typeId() {
        return typeId;
    }

    @Override
    public List<String> exposed() {
        return methods.exposed();
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller)
            throws InterruptedException {
        final Methods.Method found = methods.find(method);
        if (found == null) {
            throw new UnknownMethodException(method, this);
        }
        if (holds != null) {
            caller.holds(this);
        }
        return found.call(new Arguments(method, args, kwargs), caller);
    }

    @Override
    public boolean isHeldBy(Caller caller) {
        return holds != null && holds.isHeldBy(caller);
    }

    @Override
    public void release(Caller caller) {
        if (holds != null) {
            holds.release(caller);
        }
    }

    @Override
    public @Nullable Object value() {
        return value.get();
    }

    @Override
    public Object identity() {
        return new Identity(typeId, object.handle());
    }

    /// A kind, and which one: one that was removed and created anew is another.
    private record Identity(String typeId, SharedHandle handle) {}

    @Override
    public String repr() {
        return object.toString();
    }
}
