package dev.backplane.remote;

import java.util.LinkedHashMap;
import java.util.Map;

/// Who has how many permits of a semaphore. Not thread-safe.
final class PermitAccounts {
    private final Map<Caller, Long> held = new LinkedHashMap<>();

    /// A caller has acquired a permit.
    void acquired(Caller caller) {
        held.merge(caller, 1L, Long::sum);
    }

    /// A caller has released permits: its own first, then those of who has had his for longest.
    void released(Caller caller, long count) {
        long left = count - settled(caller, count);
        while (left > 0 && !held.isEmpty()) {
            left -= settled(held.keySet().iterator().next(), left);
        }
    }

    private long settled(Caller caller, long most) {
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

    /// All that anybody has.
    long total() {
        return held.values().stream().mapToLong(Long::longValue).sum();
    }
}
