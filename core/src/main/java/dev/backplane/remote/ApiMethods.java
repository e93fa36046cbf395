package dev.backplane.remote;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The methods of an interface that clients may call: its own and those of what it extends. They are looked up
/// once for each class.
final class ApiMethods {
    private static final ClassValue<ApiMethods> OF = new ClassValue<>() {
        @Override
        protected ApiMethods computeValue(Class<?> type) {
            return new ApiMethods(type);
        }
    };

    private final Map<Signature, One> methods = new HashMap<>();
    private final List<String> names;

    /// One method.
    ///
    /// @param method itself
    /// @param parameters their types
    record One(Method method, List<Type> parameters) {}

    /// What a call has of a method: arguments have no types that would tell more.
    private record Signature(String name, int count) {}

    private ApiMethods(Class<?> type) {
        final TreeSet<String> sorted = new TreeSet<>();
        for (Method method : type.getMethods()) {
            if (!Modifier.isStatic(method.getModifiers()) && !method.isBridge()) {
                method.trySetAccessible();
                sorted.add(method.getName());
                methods.putIfAbsent(
                        new Signature(method.getName(), method.getParameterCount()),
                        new One(method, List.of(method.getGenericParameterTypes())));
            }
        }
        this.names = List.copyOf(sorted);
    }

    /// The methods of an interface.
    static ApiMethods of(Class<?> type) {
        return OF.get(type);
    }

    /// Their names, in order.
    List<String> names() {
        return names;
    }

    /// One of that name and number of parameters.
    @Nullable
    One find(String name, int count) {
        return methods.get(new Signature(name, count));
    }
}
