package dev.backplane.remote;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What Python's `iter` returns: gives one element after the other, to whoever asks.
final class IteratorReferent implements Referent {
    private final Iterator<@Nullable Object> iterator;
    private final BooleanSupplier unchanged;

    /// Of elements that nobody else has.
    ///
    /// @param elements all of them
    IteratorReferent(List<@Nullable Object> elements) {
        this(elements, () -> true);
    }

    /// Of a dict's keys.
    ///
    /// @param elements the keys of this instant
    /// @param unchanged whether the dict has the size that it had
    IteratorReferent(List<@Nullable Object> elements, BooleanSupplier unchanged) {
        this.iterator = elements.iterator();
        this.unchanged = unchanged;
    }

    @Override
    public String typeId() {
        return "Iterator";
    }

    @Override
    public List<String> exposed() {
        return List.of("__next__", "send", "throw", "close");
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller) {
        if (!method.equals("__next__")) {
            throw new UnknownMethodException(method, this);
        }
        new Arguments(method, args, kwargs).end();
        synchronized (iterator) {
            if (!iterator.hasNext()) {
                throw Errors.of("builtins.StopIteration");
            }
            if (!unchanged.getAsBoolean()) {
                throw Errors.runtime("dictionary changed size during iteration");
            }
            return iterator.next();
        }
    }
}
