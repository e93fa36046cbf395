package dev.backplane.remote;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How long a client that is a JVM is there, and the accounts of what belongs to all of its threads: those that
/// are not empty.
///
/// One connection of the client lasts as long as its process. When that ends, the accounts are settled.
final class JvmLease {
    private final Set<JvmAccount> accounts = new HashSet<>();
    private @Nullable Caller holder;

    /// Begins. A client that has lost its lease and comes with another one has nothing any more.
    void begin(Caller caller) {
        final List<JvmAccount> all;
        synchronized (this) {
            all = caller.equals(holder) ? List.of() : takeAll();
            holder = caller;
        }
        settle(all);
    }

    /// Ends.
    void end(Caller caller) {
        final List<JvmAccount> all;
        synchronized (this) {
            if (!caller.equals(holder)) {
                return;
            }
            holder = null;
            all = takeAll();
        }
        settle(all);
    }

    synchronized boolean isHeldBy(Caller caller) {
        return caller.equals(holder);
    }

    /// Remembers an account, whose monitor is the caller's.
    ///
    /// @return false if the client is gone
    synchronized boolean add(JvmAccount account) {
        if (holder != null) {
            accounts.add(account);
        }
        return holder != null;
    }

    /// Forgets an account that is empty, and whose monitor is the caller's.
    synchronized void remove(JvmAccount account) {
        accounts.remove(account);
    }

    private List<JvmAccount> takeAll() {
        final List<JvmAccount> all = List.copyOf(accounts);
        accounts.clear();
        return all;
    }

    private static void settle(List<JvmAccount> accounts) {
        for (JvmAccount account : accounts) {
            try {
                account.settle();
            } catch (RuntimeException e) { // Others have released what is the client's, say.
                ServerState.LOG.log(System.Logger.Level.DEBUG, "an account of a client is not settled", e);
            }
        }
    }
}
