package dev.backplane.remote;

import dev.backplane.SharedObject;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

/// The accounts of a server's named objects: one of each object, however often clients get it anew.
///
/// A client may drop its proxy and get another one of the same object; what it has is the same then. So an
/// account is there as long as a referent of its object is, of which those have hold that still have to give
/// something back.
///
/// Thread-safe.
final class NamedAccounts {
    private final Map<Object, Held> held = new HashMap<>();
    private final ReferenceQueue<CallerAccounts> gone = new ReferenceQueue<>();

    /// An account that is there as long as referents have it.
    private static final class Held extends WeakReference<CallerAccounts> {
        private final Object object;

        Held(Object object, CallerAccounts accounts, ReferenceQueue<CallerAccounts> gone) {
            super(accounts, gone);
            this.object = object;
        }
    }

    /// The account of an object.
    ///
    /// @param object one that was removed and created anew is another
    /// @return the same for all who ask
    CallerAccounts of(SharedObject object) {
        final Object key = keyOf(object);
        synchronized (this) {
            while (gone.poll() instanceof Held reference) {
                held.remove(reference.object, reference);
            }
            final Held known = held.get(key);
            final CallerAccounts accounts = known == null ? null : known.get();
            if (accounts != null) {
                return accounts;
            }
            final CallerAccounts made = new CallerAccounts();
            held.put(key, new Held(key, made, gone));
            return made;
        }
    }

    private static Object keyOf(SharedObject object) {
        try {
            return object.handle();
        } catch (UnsupportedOperationException e) {
            return object.name(); // Of a server in its turn.
        }
    }
}
