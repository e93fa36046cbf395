package dev.backplane.remote;

import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A `list` of a server of Python's.
final class StockList extends StockObject {
    private final int maxElements;

    StockList(Origin origin, int maxElements) {
        super(origin);
        this.maxElements = maxElements;
    }

    private static PythonObject whole() {
        return Opaque.call("builtins.slice", null, null, null);
    }

    private long length() {
        return longOf(python("__len__"), "__len__");
    }

    private List<@Nullable Object> elements() {
        return PythonValues.elements(python("__getitem__", whole()));
    }

    @Override
    @Nullable
    Object perform(long waitNanos, String method, @Nullable Object[] args) {
        return switch (method) {
            case "size" -> python("__len__");
            case "get" -> python("__getitem__", args[0]);
            case "set" ->
                inTurn(() -> {
                    final Object before = python("__getitem__", args[0]);
                    python("__setitem__", args[0], args[1]);
                    return before;
                });
            case "addAll" -> inTurn(() -> addAll(PythonValues.elements(args[0])));
            case "insert" -> inTurn(() -> insert(PythonValues.index(args[0]), Collections.singletonList(args[1])));
            case "insertAll" -> inTurn(() -> insert(PythonValues.index(args[0]), PythonValues.elements(args[1])));
            case "removeAt" -> inTurn(() -> python("pop", args[0]));
            case "removeLast" -> inTurn(this::removeLast);
            case "toArray" -> elements();
            case "clear" -> inTurn(() -> python("__delitem__", whole()));
            case "removeFirst" -> inTurn(() -> removeFirst(args[0]));
            case "addIfAbsent" ->
                together(
                        method,
                        () -> !Boolean.TRUE.equals(python("__contains__", args[0]))
                                && addAll(Collections.singletonList(args[0])));
            case "compareAndSet" ->
                together(method, () -> {
                    final boolean same = RemoteElements.isSame(python("__getitem__", args[0]), args[1]);
                    if (same) {
                        python("__setitem__", args[0], args[2]);
                    }
                    return same;
                });
            case "removeIf" -> together(method, () -> removeIf(args));
            case "sort" -> together(method, () -> sort(args));
            default -> throw unsupported(method + "()");
        };
    }

    private void checkRoom(int more) {
        if (!isPythons() && length() + more > maxElements) {
            throw new IllegalStateException(this + " has " + length() + " elements and no room for " + more
                    + " more: it was made for " + maxElements);
        }
    }

    private boolean addAll(List<@Nullable Object> more) {
        checkRoom(more.size());
        python("extend", more);
        return true;
    }

    private boolean insert(long index, List<@Nullable Object> more) {
        final long length = length();
        if (index > length) {
            throw new IndexOutOfBoundsException("index " + index + " of " + this + ", which has " + length);
        }
        checkRoom(more.size());
        python("__setitem__", Opaque.call("builtins.slice", index, index, null), more);
        return true;
    }

    private @Nullable Object removeLast() {
        try {
            return python("pop");
        } catch (PythonException e) {
            if (e.isType("builtins.IndexError")) {
                throw (NoSuchElementException) new NoSuchElementException(this + " is empty").initCause(e);
            }
            throw e;
        }
    }

    private boolean removeFirst(@Nullable Object element) {
        try {
            python("remove", element);
            return true;
        } catch (PythonException e) {
            if (e.isType("builtins.ValueError")) {
                return false;
            }
            throw e;
        }
    }

    private static Set<RemoteElements.Key> keys(@Nullable Object elements) {
        final Set<RemoteElements.Key> keys = new HashSet<>();
        for (Object element : PythonValues.elements(elements)) {
            keys.add(new RemoteElements.Key(element));
        }
        return keys;
    }

    private @Nullable Object removeIf(@Nullable Object[] args) {
        final Set<RemoteElements.Key> seen = keys(args[0]);
        final Set<RemoteElements.Key> refused = keys(args[1]);
        final List<@Nullable Object> now = elements();
        final List<@Nullable Object> left = new ArrayList<>();
        for (Object element : now) {
            final RemoteElements.Key key = new RemoteElements.Key(element);
            if (!seen.contains(key)) {
                return null;
            }
            if (!refused.contains(key)) {
                left.add(element);
            }
        }
        final boolean changed = left.size() < now.size();
        if (changed) {
            python("__setitem__", whole(), left);
        }
        return changed;
    }

    private boolean sort(@Nullable Object[] args) {
        final List<@Nullable Object> order = PythonValues.elements(args[0]);
        final List<@Nullable Object> ranks = PythonValues.elements(args[1]);
        final Map<RemoteElements.Key, Long> rankOf = new HashMap<>();
        for (int i = 0; i < order.size(); i++) {
            rankOf.put(new RemoteElements.Key(order.get(i)), PythonValues.index(ranks.get(i)));
        }
        final List<Ranked> now = new ArrayList<>();
        for (Object element : elements()) {
            final Long rank = rankOf.get(new RemoteElements.Key(element));
            if (rank == null) {
                return false;
            }
            now.add(new Ranked(element, rank));
        }
        now.sort(Comparator.comparingLong(Ranked::rank));
        final List<@Nullable Object> sorted = new ArrayList<>();
        now.forEach(ranked -> sorted.add(ranked.element()));
        python("__setitem__", whole(), sorted);
        return true;
    }

    /// An element with its place among the others.
    private record Ranked(@Nullable Object element, long rank) {}
}
