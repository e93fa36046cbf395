package dev.backplane.remote;

import org.jspecify.annotations.Nullable;

/// A `dict` of a server of Python's.
final class StockMap extends StockObject {
    private final int maxEntries;

    StockMap(Origin origin, int maxEntries) {
        super(origin);
        this.maxEntries = maxEntries;
    }

    @Override
    @Nullable
    Object perform(long waitNanos, String method, @Nullable Object[] args) {
        return switch (method) {
            case "size" -> python("__len__");
            case "clear" -> inTurn(() -> python("clear"));
            case "entries" -> python("items");
            case "get" -> python("get", args[0]);
            case "containsKey" -> python("__contains__", args[0]);
            case "put" -> inTurn(() -> put(args[0], args[1]));
            case "remove" -> inTurn(() -> python("pop", args[0], null));
            default -> together(method, () -> compound(method, args));
        };
    }

    private @Nullable Object compound(String method, @Nullable Object[] args) {
        final Object before = python("get", args[0]);
        return switch (method) {
            case "putIfAbsent" -> before != null ? before : put(args[0], args[1]);
            case "replace" -> before == null ? null : put(args[0], args[1]);
            case "removeValue" -> {
                final boolean same = before != null && RemoteElements.isSame(before, args[1]);
                if (same) {
                    python("pop", args[0], null);
                }
                yield same;
            }
            case "replaceValue" -> {
                final boolean same = before != null && RemoteElements.isSame(before, args[1]);
                if (same) {
                    put(args[0], args[2]);
                }
                yield same;
            }
            default -> throw unsupported(method + "()");
        };
    }

    /// Two calls: where programs of Python change the same entry, what is returned may be older than what is
    /// replaced.
    private @Nullable Object put(@Nullable Object key, @Nullable Object value) {
        final Object before = python("get", key);
        if (before == null && !isPythons() && longOf(python("__len__"), "__len__") >= maxEntries) {
            throw new IllegalStateException(this + " is full: it has " + maxEntries + " entries");
        }
        python("__setitem__", key, value);
        return before;
    }
}
