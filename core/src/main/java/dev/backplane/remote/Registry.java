package dev.backplane.remote;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What clients may have created: type identifiers, and how an object of each is made.
final class Registry {
    private final Map<String, Factory> factories = new ConcurrentHashMap<>();
    private final Map<Class<?>, String> ofInterface = new ConcurrentHashMap<>();

    /// Makes an object.
    @FunctionalInterface
    interface Factory {
        /// Makes an object.
        ///
        /// @param arguments of the client's request
        /// @return the object
        /// @throws IOException if the system refuses it
        Referent create(Arguments arguments) throws IOException;
    }

    /// With the types of Python's `SyncManager`, but for `Pool`.
    Registry() {
        add("Queue", arguments -> QueueReferent.create(false, arguments));
        add("JoinableQueue", arguments -> QueueReferent.create(true, arguments));
        add("Lock", arguments -> lock(false, arguments));
        add("RLock", arguments -> lock(true, arguments));
        add("Semaphore", arguments -> SemaphoreReferent.create(false, arguments));
        add("BoundedSemaphore", arguments -> SemaphoreReferent.create(true, arguments));
        add("Condition", ConditionReferent::create);
        add("Event", arguments -> {
            arguments.end();
            return new EventReferent();
        });
        add("Barrier", BarrierReferent::create);
        add("list", ListReferent::create);
        add("dict", DictReferent::create);
        add("Namespace", NamespaceReferent::create);
        add("Value", ValueReferent::create);
        add("Array", ArrayReferent::create);
    }

    private static Referent lock(boolean reentrant, Arguments arguments) {
        arguments.end();
        return new LockReferent(reentrant);
    }

    /// Adds a type.
    ///
    /// @param typeId its identifier
    /// @param factory makes its objects
    /// @throws IllegalArgumentException if there is such a type already
    void add(String typeId, Factory factory) {
        if (factories.putIfAbsent(typeId, factory) != null) {
            throw new IllegalArgumentException("there is a type '" + typeId + "' already");
        }
    }

    /// Adds a type whose objects implement an interface; results of that type become proxies.
    ///
    /// @param typeId its identifier
    /// @param type the interface
    /// @param factory makes its objects
    void add(String typeId, Class<?> type, Factory factory) {
        add(typeId, factory);
        ofInterface.putIfAbsent(type, typeId);
    }

    /// The type identifier of an interface.
    ///
    /// @param type an interface
    /// @return null if it was not registered
    @Nullable
    String typeIdOf(Class<?> type) {
        return ofInterface.get(type);
    }

    /// Makes an object.
    ///
    /// @param typeId which type
    /// @param arguments of the client's request
    /// @return the object
    /// @throws IOException if the system refuses it
    Referent create(String typeId, Arguments arguments) throws IOException {
        final Factory factory = factories.get(typeId);
        if (factory == null) {
            throw Errors.key(typeId);
        }
        return factory.create(arguments);
    }
}
