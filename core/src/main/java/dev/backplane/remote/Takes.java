package dev.backplane.remote;

import dev.backplane.ManagerProvider;
import dev.backplane.SharedList;
import dev.backplane.SharedMap;
import dev.backplane.SharedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Takes what a client asks for out of shared objects, unless it cannot be sent: then it stays where it is.
final class Takes {
    private Takes() {}

    /// The next element of a queue.
    ///
    /// @param queue in this host's memory; of one of another server the element is taken before it is checked
    /// @param check throws if the element cannot be sent
    /// @param nanos the longest wait, [Caller#FOREVER] for no limit
    /// @return null if there is none
    static <E> @Nullable E ofQueue(SharedQueue<E> queue, Consumer<? super E> check, long nanos)
            throws InterruptedException {
        if (!(queue instanceof RemoteObject)) {
            return ManagerProvider.local().poll(queue, check, nanos);
        }
        final E element = queue.poll(nanos, TimeUnit.NANOSECONDS);
        if (element != null) {
            check.accept(element);
        }
        return element;
    }

    /// An element of a list.
    ///
    /// @param position of the element in a list of so many
    /// @param check throws if the element cannot be sent
    static <E> void ofList(SharedList<E> list, IntUnaryOperator position, Consumer<? super E> check) {
        final E seen = list.get(position.applyAsInt(list.size()));
        check.accept(seen);
        final int at = position.applyAsInt(list.size());
        final E taken = list.remove(at);
        if (taken.equals(seen)) {
            return;
        }
        boolean accepted = false; // Another one, since others have changed the list meanwhile.
        try {
            check.accept(taken);
            accepted = true;
        } finally {
            if (!accepted) {
                list.add(Math.min(at, list.size()), taken);
            }
        }
    }

    /// A value of a map.
    ///
    /// @param check throws if the value cannot be sent
    /// @return whether there was one
    static <K, V> boolean ofMap(SharedMap<K, V> map, K key, Consumer<? super V> check) {
        while (true) {
            final V value = map.get(key);
            if (value == null) {
                return false;
            }
            check.accept(value);
            if (map.remove(key, value)) {
                return true;
            }
        }
    }
}
