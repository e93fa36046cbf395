package dev.backplane.remote;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The objects that clients have proxies of, by identifier, with their reference counts.
///
/// An object is there while some client has a reference, or while its proxy lies in a container that is there.
/// Identifiers are never given twice, nor by two servers: a proxy of another server is not taken for one of
/// this.
///
/// Thread-safe.
final class ObjectTable {
    private static final int SHOWN = 75;

    private final long most;
    private final Map<String, Exported> counted = new HashMap<>();
    private final Map<Object, Exported> byIdentity = new HashMap<>();
    /// Those without references of clients that values may refer to.
    private final Map<String, Held> held = new HashMap<>();
    private final ReferenceQueue<Exported> gone = new ReferenceQueue<>();
    private final long server = new SecureRandom().nextLong();
    private long made;

    /// An object that is there as long as values reach it.
    private static final class Held extends WeakReference<Exported> {
        private final String ident;

        Held(Exported exported, ReferenceQueue<Exported> gone) {
            super(exported, gone);
            this.ident = exported.ident();
        }
    }

    /// @param most how many objects clients may have references to
    ObjectTable(long most) {
        this.most = most;
    }

    /// Exports an object, with one reference.
    ///
    /// @param referent the object
    /// @param process whose reference it is; 0 if unknown
    /// @return its entry
    /// @throws dev.backplane.pickle.PythonException a `MemoryError` if there are too many already
    synchronized Exported export(Referent referent, long process) {
        dropGone();
        final Exported known = byIdentity.get(referent.identity());
        if (known == null && counted.size() >= most) {
            throw Errors.memory("there are " + most + " objects, which is all that this server has: drop some, or"
                    + " raise its maxObjects");
        }
        final Exported exported =
                known != null ? known : new Exported(String.format("%016x%x", server, ++made), referent);
        byIdentity.put(referent.identity(), exported);
        counted.put(exported.ident(), exported);
        exported.add(process);
        return exported;
    }

    /// The object of an identifier.
    ///
    /// @param ident what a client sent
    /// @return its entry
    synchronized Exported find(@Nullable Object ident) {
        final Exported exported = ident instanceof String text ? lookUp(text) : null;
        if (exported == null) {
            throw Errors.key(ident);
        }
        return exported;
    }

    /// The object of a proxy that was sent as a value, which keeps the object from now on.
    ///
    /// @param ident in its token
    /// @return its entry, or null if there is no such object
    synchronized @Nullable Exported held(String ident) {
        final Exported exported = lookUp(ident);
        if (exported != null) {
            exported.holdByValues();
        }
        return exported;
    }

    private @Nullable Exported lookUp(String ident) {
        final Exported exported = counted.get(ident);
        if (exported != null) {
            return exported;
        }
        final Held reference = held.get(ident);
        return reference == null ? null : reference.get();
    }

    /// Adds a reference.
    ///
    /// @param ident of the object
    /// @param process whose reference it is; 0 if unknown
    synchronized void add(@Nullable Object ident, long process) {
        final Exported exported = find(ident);
        held.remove(exported.ident());
        counted.put(exported.ident(), exported);
        byIdentity.put(exported.referent().identity(), exported);
        exported.add(process);
    }

    /// Gives a reference up, and with the last one the object.
    ///
    /// @param ident of the object
    /// @param process whose reference it was; 0 if unknown
    synchronized void subtract(@Nullable Object ident, long process) {
        final Exported exported = find(ident);
        if (exported.references() > 0) {
            exported.subtract(process);
            dropIfUnused(exported);
        }
    }

    /// Gives up all references of a process that has ended.
    ///
    /// @param process its id, not 0
    synchronized void forget(long process) {
        for (Exported exported : List.copyOf(counted.values())) {
            exported.forget(process);
            dropIfUnused(exported);
        }
    }

    private void dropIfUnused(Exported exported) {
        if (exported.references() == 0) {
            counted.remove(exported.ident());
            byIdentity.remove(exported.referent().identity());
            if (exported.isHeldByValues()) {
                held.put(exported.ident(), new Held(exported, gone));
            }
        }
        dropGone();
    }

    private void dropGone() {
        while (gone.poll() instanceof Held reference) {
            held.remove(reference.ident, reference);
        }
    }

    /// How many objects clients have references to.
    ///
    /// @return 0 or more
    synchronized long size() {
        return counted.size();
    }

    /// What Python's `debug_info` says.
    ///
    /// @return a paragraph for each object
    String describe() {
        final Map<String, Exported> all;
        synchronized (this) {
            all = new TreeMap<>(counted);
        }
        final StringBuilder text = new StringBuilder();
        all.forEach((ident, exported) -> {
            final String shown = exported.referent().repr();
            text.append(text.isEmpty() ? "" : "\n")
                    .append("  ")
                    .append(ident)
                    .append(":       refcount=")
                    .append(exported.references())
                    .append("\n    ")
                    .append(shown, 0, Math.min(SHOWN, shown.length()));
        });
        return text.toString();
    }
}
