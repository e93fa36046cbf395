package dev.backplane.process;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What this JVM knows of itself: who started it, and the secret that it shares with its children.
///
/// One for each JVM, as what it describes. Thread-safe.
final class ThisJvm {
    private static final ThisJvm ONLY = new ThisJvm();

    private JvmProcess.@Nullable Self self;
    private @Nullable JvmParent parent;
    private @Nullable Authkey authkey;

    private ThisJvm() {}

    static ThisJvm get() {
        return ONLY;
    }

    /// Takes over what the parent told; once, before the body runs.
    synchronized JvmParent become(Bootstrap bootstrap) {
        self = new JvmProcess.Self(bootstrap.name(), bootstrap.parentPid());
        parent = new JvmParent(bootstrap.parentPid());
        authkey = bootstrap.authkey();
        return parent;
    }

    synchronized Optional<JvmProcess.Self> self() {
        return Optional.ofNullable(self);
    }

    synchronized Optional<JvmParent> parent() {
        return Optional.ofNullable(parent);
    }

    /// A copy of the secret, for the caller to erase. It is drawn here if no parent gave one and nobody has
    /// asked before.
    synchronized Authkey authkey() {
        if (authkey == null) {
            authkey = Authkey.random();
        }
        return authkey.copy();
    }

    synchronized void authkey(Authkey other) {
        if (authkey != null) {
            authkey.erase(); // Nobody else has this array.
        }
        authkey = other;
    }
}
