package dev.backplane.remote;

import dev.backplane.pickle.PythonRepr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's `multiprocessing.managers.Namespace`: attributes, and nothing else.
final class NamespaceReferent implements Referent {
    private final Object guard = new Object();
    private final Map<String, @Nullable Object> attributes;

    /// @param attributes the namespace's own from now on
    NamespaceReferent(Map<String, @Nullable Object> attributes) {
        this.attributes = attributes;
    }

    /// Python's `Namespace(**kwargs)`.
    static NamespaceReferent create(Arguments arguments) {
        final Map<String, @Nullable Object> attributes = arguments.named();
        arguments.end();
        return new NamespaceReferent(attributes);
    }

    @Override
    public String typeId() {
        return "Namespace";
    }

    @Override
    public List<String> exposed() {
        return List.of("__getattribute__", "__setattr__", "__delattr__");
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller) {
        if (!exposed().contains(method)) {
            throw new UnknownMethodException(method, this);
        }
        final Arguments arguments = new Arguments(method, args, kwargs);
        final String name = arguments.text("name");
        final Object value = method.equals("__setattr__") ? arguments.take("value") : null;
        arguments.end();
        synchronized (guard) {
            if (method.equals("__setattr__")) {
                attributes.put(name, value);
                return null;
            }
            if (!attributes.containsKey(name)) {
                throw Errors.attribute("'Namespace' object has no attribute '" + name + "'");
            }
            if (method.equals("__getattribute__")) {
                return attributes.get(name);
            }
            attributes.remove(name);
            return null;
        }
    }

    private Map<String, @Nullable Object> copy() {
        synchronized (guard) {
            return new LinkedHashMap<>(attributes);
        }
    }

    @Override
    public Object value() {
        return Opaque.object("multiprocessing.managers.Namespace", copy());
    }

    @Override
    public String repr() {
        final List<String> shown = new ArrayList<>();
        copy().forEach((name, value) -> {
            if (!name.startsWith("_")) {
                shown.add(name + "=" + PythonRepr.of(value));
            }
        });
        shown.sort(null);
        return "Namespace(" + String.join(", ", shown) + ")";
    }
}
