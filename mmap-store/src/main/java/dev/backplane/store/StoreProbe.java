package dev.backplane.store;

import org.jspecify.annotations.Nullable;

/// Told of each store to a shared word before it is made: where this library's tests end a thread as a kill would
/// end its process, between any two stores.
///
/// None is there unless the JVM was started with the name of a class in [#PROPERTY]; the calls are compiled away
/// then.
@FunctionalInterface
public interface StoreProbe {
    /// The system property that names a class with a public constructor without parameters.
    String PROPERTY = "dev.backplane.store.probe";

    /// This JVM's probe; null almost always.
    @Nullable
    StoreProbe INSTALLED = install();

    /// A store, or a call that wakes others, is next. What this throws ends the operation there.
    void reached();

    /// A thread is about to sleep, or to spin on: no store, but the dead do not wait either.
    default void waits() {}

    /// Tells the probe, if there is one. Whoever stores to shared memory other than through the fields of this
    /// package calls it first.
    static void beforeStore() {
        if (INSTALLED != null) {
            INSTALLED.reached();
        }
    }

    /// Tells the probe, if there is one, of a wait.
    static void beforeWait() {
        if (INSTALLED != null) {
            INSTALLED.waits();
        }
    }

    private static @Nullable StoreProbe install() {
        final String name = System.getProperty(PROPERTY);
        if (name == null) {
            return null;
        }
        try {
            return Class.forName(name)
                    .asSubclass(StoreProbe.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no probe " + name + ", named by " + PROPERTY, e);
        }
    }
}
