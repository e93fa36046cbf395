package dev.backplane.remote;

import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
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

    private static boolean isIn(List<@Nullable Object> elements, @Nullable Object element) {
        return elements.stream().anyMatch(other -> RemoteElements.isSame(other, element));
    }

    private @Nullable Object removeIf(@Nullable Object[] args) {
        final List<@Nullable Object> seen = PythonValues.elements(args[0]);
        final List<@Nullable Object> refused = PythonValues.elements(args[1]);
        final List<@Nullable Object> now = elements();
        if (!now.stream().allMatch(element -> isIn(seen, element))) {
            return null;
        }
        final List<@Nullable Object> left = new ArrayList<>(now);
        final boolean changed = left.removeIf(element -> isIn(refused, element));
        if (changed) {
            python("__setitem__", whole(), left);
        }
        return changed;
    }

    private boolean sort(@Nullable Object[] args) {
        final List<@Nullable Object> order = PythonValues.elements(args[0]);
        final List<@Nullable Object> ranks = PythonValues.elements(args[1]);
        final List<@Nullable Object> now = elements();
        if (!now.stream().allMatch(element -> isIn(order, element))) {
            return false;
        }
        now.sort((a, b) -> Long.compare(rank(order, ranks, a), rank(order, ranks, b)));
        python("__setitem__", whole(), now);
        return true;
    }

    private static long rank(List<@Nullable Object> order, List<@Nullable Object> ranks, @Nullable Object element) {
        for (int i = 0; i < order.size(); i++) {
            if (RemoteElements.isSame(order.get(i), element)) {
                return PythonValues.index(ranks.get(i));
            }
        }
        return Long.MAX_VALUE;
    }
}
