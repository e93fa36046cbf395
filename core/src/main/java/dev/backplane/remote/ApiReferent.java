package dev.backplane.remote;

import dev.backplane.pickle.PythonException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An object of the application's, of which clients may call the methods of one interface.
///
/// Of methods with the same name, the one with as many parameters as the call has arguments is called.
/// Arguments are converted by [JavaArguments], results by [JavaValues]; a result whose declared type is a
/// registered interface goes out as a proxy.
final class ApiReferent implements Referent {
    private final String typeId;
    private final Class<?> type;
    private final ApiMethods methods;
    private final Object target;
    private final Registry registry;

    /// @param typeId of the interface
    /// @param type the interface
    /// @param target the object
    /// @param registry knows what results become proxies
    ApiReferent(String typeId, Class<?> type, Object target, Registry registry) {
        this.typeId = typeId;
        this.type = type;
        this.methods = ApiMethods.of(type);
        this.target = target;
        this.registry = registry;
    }

    Object target() {
        return target;
    }

    @Override
    public String typeId() {
        return typeId;
    }

    @Override
    public List<String> exposed() {
        return methods.names();
    }

    /// One object has one identifier, whichever method returns it.
    @Override
    public Object identity() {
        return new Identity(type, target);
    }

    /// An object as that of an interface.
    private record Identity(Class<?> type, Object target) {
        @Override
        @SuppressWarnings("ReferenceEquality") // What it is for.
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity that && type == that.type && target == that.target;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(target);
        }
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller)
            throws InterruptedException {
        final ApiMethods.One found = find(method, args.size());
        if (!kwargs.isEmpty()) {
            throw Errors.type(method + "() takes no keyword arguments");
        }
        final @Nullable Object[] values = new Object[args.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = JavaArguments.convert(args.get(i), found.parameters().get(i));
        }
        caller.watchIfLong();
        return result(found.method(), invoke(found.method(), values));
    }

    private ApiMethods.One find(String name, int count) {
        final ApiMethods.One found = methods.find(name, count);
        if (found != null) {
            return found;
        }
        throw methods.names().contains(name)
                ? Errors.type(name + "() does not take " + count + " arguments")
                : new UnknownMethodException(name, this);
    }

    private @Nullable Object invoke(Method method, @Nullable Object[] values) throws InterruptedException {
        try {
            return method.invoke(target, values);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(method + " cannot be called: make its interface public", e);
        } catch (InvocationTargetException e) {
            final Throwable cause = Objects.requireNonNull(e.getCause());
            if (cause instanceof InterruptedException interrupt) {
                throw interrupt;
            }
            final PythonException exception = Failures.toPython(cause);
            throw exception != null ? exception : new ApiException(cause);
        }
    }

    private @Nullable Object result(Method method, @Nullable Object value) {
        final Object result = value instanceof Optional<?> optional ? optional.orElse(null) : value;
        if (result == null) {
            return null;
        }
        final Class<?> declared = value instanceof Optional<?> ? result.getClass() : method.getReturnType();
        final String resultType = registry.typeIdOf(declared);
        return resultType == null
                ? JavaValues.toPython(result)
                : new ApiReferent(resultType, declared, result, registry);
    }

    @Override
    public String repr() {
        return target.toString();
    }
}
