package dev.backplane.remote;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Methods by their names, for referents that are little more than such a table.
final class Methods {
    private final Map<String, Method> all = new LinkedHashMap<>();
    private final Set<String> hidden = new LinkedHashSet<>();

    /// One method.
    @FunctionalInterface
    interface Method {
        /// Runs it.
        ///
        /// @param arguments all of which it takes
        /// @param caller who calls
        /// @return the result
        /// @throws InterruptedException if the client is gone or the server ends
        @Nullable
        Object call(Arguments arguments, Caller caller) throws InterruptedException;
    }

    /// A method without arguments.
    @FunctionalInterface
    interface Plain {
        /// Runs it.
        ///
        /// @return the result
        /// @throws InterruptedException if the client is gone or the server ends
        @Nullable
        Object call() throws InterruptedException;
    }

    /// A method without arguments and result.
    @FunctionalInterface
    interface Action {
        /// Runs it.
        ///
        /// @throws InterruptedException if the client is gone or the server ends
        void run() throws InterruptedException;
    }

    /// Adds a method.
    Methods add(String name, Method method) {
        all.put(name, method);
        return this;
    }

    /// Adds a method without arguments.
    Methods get(String name, Plain method) {
        return add(name, (arguments, caller) -> {
            arguments.end();
            return method.call();
        });
    }

    /// Adds a method without arguments and result.
    Methods run(String name, Action method) {
        return get(name, () -> {
            method.run();
            return null;
        });
    }

    /// Adds a method that proxies have only if their class is of its own accord one that calls it.
    Methods hidden(String name, Method method) {
        hidden.add(name);
        return add(name, method);
    }

    /// The methods that a proxy of no known class gets.
    List<String> exposed() {
        final List<String> names = new ArrayList<>(all.keySet());
        names.removeAll(hidden);
        return names;
    }

    /// The method of a name.
    @Nullable
    Method find(String name) {
        return all.get(name);
    }
}
