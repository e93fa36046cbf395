package dev.backplane.remote;

import dev.backplane.SharedMap;
import dev.backplane.pickle.PythonTuple;
import dev.backplane.remote.Takes.Taken;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A [SharedMap] for clients that are JVMs.
final class JvmMap extends JvmReferent {
    private final SharedMap<Encoded, Encoded> map;

    JvmMap(SharedMap<Encoded, Encoded> map) {
        super("map");
        this.map = map;
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) {
        return switch (method) {
            case "size" -> (long) map.size();
            case "clear" -> {
                map.clear();
                yield null;
            }
            case "entries" -> entries();
            case "remove" -> remove(element(arguments), caller);
            default -> ofKey(method, element(arguments), arguments);
        };
    }

    private @Nullable Object remove(Encoded key, Caller caller) {
        final Taken<@Nullable Object> taken = Takes.ofMap(map, key, value -> caller.sendable(value.bytes()));
        return taken == null ? null : taken.sent();
    }

    private @Nullable Object ofKey(String method, Encoded key, Arguments arguments) {
        return switch (method) {
            case "get" -> bytesOf(map.get(key));
            case "containsKey" -> map.containsKey(key);
            case "put" -> bytesOf(map.put(key, element(arguments)));
            case "putIfAbsent" -> bytesOf(map.putIfAbsent(key, element(arguments)));
            case "removeValue" -> map.remove(key, element(arguments));
            case "replace" -> bytesOf(map.replace(key, element(arguments)));
            case "replaceValue" -> {
                final Encoded expected = element(arguments);
                yield map.replace(key, expected, element(arguments));
            }
            default -> throw new UnknownMethodException(method, this);
        };
    }

    private List<PythonTuple> entries() {
        final List<PythonTuple> entries = new ArrayList<>();
        map.forEach((key, value) -> entries.add(PythonTuple.of(key.bytes(), value.bytes())));
        return entries;
    }
}
