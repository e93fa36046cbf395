package dev.backplane.remote;

import dev.backplane.SharedValue;
import dev.backplane.codec.Codec;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A value of any type on a server. Functions of [#update] may be called more than once.
///
/// @param target the server's object
/// @param elements converts values
/// @param maxBytes the most that a value may take
/// @param <E> the type of the value
record RemoteValue<E>(RemoteTarget target, RemoteElements<E> elements, int maxBytes)
        implements SharedValue<E>, RemoteObject {
    @Override
    public Codec<E> codec() {
        return elements.codec();
    }

    private Object toWire(E value) {
        final Object wire = elements.toWire(value);
        if (wire instanceof byte[] bytes && bytes.length > maxBytes) {
            throw new IllegalArgumentException("a value of " + target + " takes " + bytes.length + " bytes, at most "
                    + maxBytes + " are possible");
        }
        return wire;
    }

    @Override
    public @Nullable E get() {
        return elements.ofNullable(target.call("get"));
    }

    @Override
    public void set(E value) {
        target.call("set", toWire(value));
    }

    @Override
    public boolean compareAndSet(@Nullable E expected, E value) {
        return target.test("compareAndSet", expected == null ? null : elements.toWire(expected), toWire(value));
    }

    @Override
    public E update(UnaryOperator<@Nullable E> function) {
        while (true) {
            final Object before = target.call("get");
            final E after = function.apply(elements.ofNullable(before));
            if (after == null) {
                throw new NullPointerException("the new value of " + target);
            }
            if (target.test("compareAndSet", before, toWire(after))) {
                return after;
            }
        }
    }

    @Override
    public long version() {
        return target.number("version");
    }
}
