package dev.backplane.remote;

import dev.backplane.ManagerProvider;
import dev.backplane.SharedList;
import dev.backplane.SharedMap;
import dev.backplane.SharedQueue;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Takes what a client asks for out of shared objects, unless it cannot be sent: then it stays where it is.
final class Takes {
    /// What was taken.
    ///
    /// @param sent as the client is to get it
    /// @param <R> its type
    record Taken<R extends @Nullable Object>(R sent) {}

    /// Makes what is sent of an element that is about to be taken, and keeps it.
    private static final class Form<E, R extends @Nullable Object> implements Consumer<E> {
        private final Function<? super E, ? extends R> function;
        private @Nullable Taken<R> made;

        Form(Function<? super E, ? extends R> function) {
            this.function = function;
        }

        @Override
        public void accept(E element) {
            made = new Taken<>(function.apply(element));
        }

        /// That of the last element.
        Taken<R> made() {
            return Objects.requireNonNull(made);
        }
    }

    private Takes() {}

    /// The next element of a queue.
    ///
    /// @param queue in this host's memory; of one of another server the element is taken before its form is made
    /// @param form what is sent of an element; throws if it cannot be sent
    /// @param nanos the longest wait, [Caller#FOREVER] for no limit
    /// @return null if there is none
    static <E, R extends @Nullable Object> @Nullable Taken<R> ofQueue(
            SharedQueue<E> queue, Function<? super E, ? extends R> form, long nanos) throws InterruptedException {
        final Form<E, R> forms = new Form<>(form);
        if (!(queue instanceof RemoteObject)) {
            return ManagerProvider.local().poll(queue, forms, nanos) == null ? null : forms.made();
        }
        final E element = queue.poll(nanos, TimeUnit.NANOSECONDS);
        if (element == null) {
            return null;
        }
        forms.accept(element);
        return forms.made();
    }

    /// An element of a list.
    ///
    /// @param list in this host's memory, where nobody else changes it meanwhile; of one of another server
    ///     the element may be another one than was looked at first, which is looked at too, and goes back
    ///     if refused
    /// @param position of the element in a list of so many; throws if there is none
    /// @param form what is sent of an element; throws if it cannot be sent
    static <E, R extends @Nullable Object> Taken<R> ofList(
            SharedList<E> list, IntUnaryOperator position, Function<? super E, ? extends R> form) {
        final Form<E, R> forms = new Form<>(form);
        if (!(list instanceof RemoteObject)) {
            ManagerProvider.local().remove(list, position, forms);
            return forms.made();
        }
        while (true) {
            final int size = list.size();
            final int at = position.applyAsInt(size);
            try {
                final E seen = list.get(at);
                forms.accept(seen);
                final E taken = list.remove(at);
                if (!taken.equals(seen)) {
                    acceptOther(taken, forms, () -> putBack(list, at, taken));
                }
                return forms.made();
            } catch (IndexOutOfBoundsException e) {
                if (at < 0 || at >= size) {
                    throw e;
                } // Otherwise others have made the list shorter meanwhile.
            }
        }
    }

    private static <E> void putBack(SharedList<E> list, int at, E element) {
        try {
            list.add(at, element);
        } catch (IndexOutOfBoundsException e) {
            list.add(element);
        }
    }

    /// Looks at what was taken in place of what was seen.
    private static <E> void acceptOther(E taken, Form<E, ?> form, Runnable putBack) {
        boolean accepted = false;
        try {
            form.accept(taken);
            accepted = true;
        } finally {
            if (!accepted) {
                putBack.run();
            }
        }
    }

    /// A value of a map.
    ///
    /// @param map in this host's memory, where nobody else changes it meanwhile; of one of another server
    ///     the value may be another one than was looked at first, which is looked at too, and goes back
    ///     if refused
    /// @param form what is sent of a value; throws if it cannot be sent
    /// @return null if there was none
    static <K, V, R extends @Nullable Object> @Nullable Taken<R> ofMap(
            SharedMap<K, V> map, K key, Function<? super V, ? extends R> form) {
        final Form<V, R> forms = new Form<>(form);
        if (!(map instanceof RemoteObject)) {
            return ManagerProvider.local().remove(map, key, forms) == null ? null : forms.made();
        }
        final V seen = map.get(key);
        if (seen == null) {
            return null;
        }
        forms.accept(seen);
        if (!map.remove(key, seen)) {
            // Others have changed it, or what was read is written in another way now, as that of a hash set may be.
            final V taken = map.remove(key);
            if (taken == null) {
                return null;
            }
            acceptOther(taken, forms, () -> map.putIfAbsent(key, taken));
        }
        return forms.made();
    }
}
