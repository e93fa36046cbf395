package dev.backplane.remote;

import java.util.HashMap;
import java.util.Map;

/// An object that clients have proxies of. Guarded by its [ObjectTable].
final class Exported {
    private final String ident;
    private final Referent referent;
    /// How many references the clients' processes have, by process id where that is known, else by 0.
    private final Map<Long, Long> byProcess = new HashMap<>();
    private long references;
    private boolean heldByValues;

    Exported(String ident, Referent referent) {
        this.ident = ident;
        this.referent = referent;
    }

    String ident() {
        return ident;
    }

    Referent referent() {
        return referent;
    }

    long references() {
        return references;
    }

    boolean isHeldByValues() {
        return heldByValues;
    }

    /// From now on values in containers may refer to it, which the garbage collector knows and nobody else.
    void holdByValues() {
        heldByValues = true;
    }

    void add(long process) {
        references++;
        byProcess.merge(process, 1L, Long::sum);
    }

    void subtract(long process) {
        references--;
        final long account = byProcess.getOrDefault(process, 0L) > 0 || byProcess.isEmpty()
                ? process
                : byProcess.keySet().iterator().next();
        byProcess.computeIfPresent(account, (who, count) -> count > 1 ? count - 1 : null);
    }

    /// Gives up all references of a process.
    void forget(long process) {
        final Long count = byProcess.remove(process);
        references -= count == null ? 0 : count;
    }
}
