package dev.backplane.remote;

import java.util.LinkedHashMap;
import java.util.Map;

/// Which callers have how many of something: permits of a semaphore, tasks of a queue. Not thread-safe.
final class CallerAccounts {
    private final Map<Caller, Long> held = new LinkedHashMap<>();

    /// A caller has got one more.
    void acquired(Caller caller) {
        held.merge(caller, 1L, Long::sum);
    }

    /// A caller has given some back: its own first, then those of who has had his for longest.
    void released(Caller caller, long count) {
        long left = count - settled(caller, count);
        while (left > 0 && !held.isEmpty()) {
            left -= settled(held.keySet().iterator().next(), left);
        }
    }

    /// A caller has given some of its own back.
    ///
    /// @param most of how many there may be
    /// @return how many of them were its own
    long settled(Caller caller, long most) {
        final long has = held.getOrDefault(caller, 0L);
        if (has <= most) {
            held.remove(caller);
            return has;
        }
        held.put(caller, has - most);
        return most;
    }

    /// A caller is gone.
    ///
    /// @return what it had
    long forget(Caller caller) {
        final Long has = held.remove(caller);
        return has == null ? 0 : has;
    }

    /// Whether a caller has any.
    boolean has(Caller caller) {
        return held.containsKey(caller);
    }

    /// All that anybody has.
    long total() {
        return held.values().stream().mapToLong(Long::longValue).sum();
    }
}
