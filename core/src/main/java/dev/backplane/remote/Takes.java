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
    /// @param list in this host's memory, where nobody else changes it meanwhile; of one of another server
    ///     the element may be another one than was checked first, which is checked too, and goes back if refused
    /// @param position of the element in a list of so many; throws if there is none
    /// @param check throws if the element cannot be sent
    static <E> void ofList(SharedList<E> list, IntUnaryOperator position, Consumer<? super E> check) {
        if (!(list instanceof RemoteObject)) {
            ManagerProvider.local().remove(list, position, check);
            return;
        }
        while (true) {
            final int size = list.size();
            final int at = position.applyAsInt(size);
            try {
                final E seen = list.get(at);
                check.accept(seen);
                final E taken = list.remove(at);
                if (!taken.equals(seen)) {
                    checkOther(taken, check, () -> putBack(list, at, taken));
                }
                return;
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

    /// Checks what was taken in place of what was seen.
    private static <E> void checkOther(E taken, Consumer<? super E> check, Runnable putBack) {
        boolean accepted = false;
        try {
            check.accept(taken);
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
    ///     the value may be another one than was checked first, which is checked too, and goes back if refused
    /// @param check throws if the value cannot be sent
    /// @return whether there was one
    static <K, V> boolean ofMap(SharedMap<K, V> map, K key, Consumer<? super V> check) {
        if (!(map instanceof RemoteObject)) {
            return ManagerProvider.local().remove(map, key, check) != null;
        }
        final V seen = map.get(key);
        if (seen == null) {
            return false;
        }
        check.accept(seen);
        if (map.remove(key, seen)) {
            return true;
        }
        // Others have changed it, or what was read is written in another way now, as that of a hash set may be.
        final V taken = map.remove(key);
        if (taken == null) {
            return false;
        }
        checkOther(taken, check, () -> map.putIfAbsent(key, taken));
        return true;
    }
}
