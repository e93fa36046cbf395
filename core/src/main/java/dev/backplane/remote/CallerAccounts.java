package dev.backplane.remote;

import java.util.LinkedHashMap;
import java.util.Map;

/// Which clients have how many of something: permits of a semaphore, tasks of a queue. A client is a [Caller]
/// of Python's, or the [JvmLease] of all threads of a JVM. Not thread-safe.
final class CallerAccounts {
    private final Map<Object, Long> held = new LinkedHashMap<>();

    /// A client has got one more.
    void acquired(Object client) {
        acquired(client, 1);
    }

    /// A client has got more.
    ///
    /// @param count of how many, 0 or more
    void acquired(Object client, long count) {
        if (count > 0) {
            held.merge(client, count, Long::sum);
        }
    }

    /// A client has given some back: its own first, then those of who has had his for longest.
    void released(Object client, long count) {
        long left = count - settled(client, count);
        while (left > 0 && !held.isEmpty()) {
            left -= settled(held.keySet().iterator().next(), left);
        }
    }

    /// A client has given some of its own back.
    ///
    /// @param most of how many there may be
    /// @return how many of them were its own
    long settled(Object client, long most) {
        final long has = of(client);
        if (has <= most) {
            held.remove(client);
            return has;
        }
        held.put(client, has - most);
        return most;
    }

    /// A client is gone.
    ///
    /// @return what it had
    long forget(Object client) {
        final Long has = held.remove(client);
        return has == null ? 0 : has;
    }

    /// What a client has.
    long of(Object client) {
        return held.getOrDefault(client, 0L);
    }

    /// Whether a client has any.
    boolean has(Object client) {
        return held.containsKey(client);
    }

    /// All that anybody has.
    long total() {
        return held.values().stream().mapToLong(Long::longValue).sum();
    }
}
