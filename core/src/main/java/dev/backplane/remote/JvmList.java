package dev.backplane.remote;

import dev.backplane.SharedList;
import dev.backplane.remote.Takes.Taken;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A [SharedList] for clients that are JVMs.
///
/// What takes a function in Java is done with the client's answers for the elements that it has seen; if
/// there are others by then, nothing is changed, and the client looks again.
final class JvmList extends JvmReferent {
    private final SharedList<Encoded> list;

    /// The list has an element that the client has not seen.
    private static final class UnseenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnseenException() {
            super(null, null, false, false);
        }
    }

    JvmList(SharedList<Encoded> list) {
        super("list");
        this.list = list;
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) {
        return switch (method) {
            case "size" -> (long) list.size();
            case "get" -> bytesOf(list.get(integer(arguments, "index")));
            case "set" -> {
                final int index = integer(arguments, "index");
                yield bytesOf(list.set(index, element(arguments)));
            }
            case "insert" -> {
                final int index = integer(arguments, "index");
                list.add(index, element(arguments));
                yield null;
            }
            case "removeAt" -> {
                final int index = integer(arguments, "index");
                yield remove(size -> index, caller);
            }
            case "removeLast" -> remove(this::last, caller);
            case "toArray" -> bytesOf(Arrays.asList(list.toArray(Encoded[]::new)));
            case "clear" -> {
                list.clear();
                yield null;
            }
            default -> performOther(method, arguments);
        };
    }

    private int last(int size) {
        if (size == 0) {
            throw new NoSuchElementException("list " + list.name() + " is empty");
        }
        return size - 1;
    }

    private @Nullable Object remove(IntUnaryOperator position, Caller caller) {
        final Taken<@Nullable Object> taken = Takes.ofList(list, position, element -> caller.sendable(element.bytes()));
        return taken.sent();
    }

    private @Nullable Object performOther(String method, Arguments arguments) {
        return switch (method) {
            case "addAll" -> list.addAll(elements(arguments));
            case "insertAll" -> {
                final int index = integer(arguments, "index");
                yield list.addAll(index, elements(arguments));
            }
            case "addIfAbsent" -> list.addIfAbsent(element(arguments));
            case "compareAndSet" -> {
                final int index = integer(arguments, "index");
                final Encoded expected = element(arguments);
                yield compareAndSet(index, expected, element(arguments));
            }
            case "removeFirst" -> list.remove(element(arguments));
            case "removeIf" -> {
                final List<Encoded> seen = elements(arguments);
                yield removeIf(seen, elements(arguments));
            }
            case "sort" -> {
                final List<Encoded> order = elements(arguments);
                yield sort(order, PythonValues.elements(arguments.take("ranks")));
            }
            default -> throw new UnknownMethodException(method, this);
        };
    }

    private boolean compareAndSet(int index, Encoded expected, Encoded value) {
        final boolean[] done = {false};
        list.update(index, now -> {
            done[0] = now.equals(expected);
            return done[0] ? value : now;
        });
        return done[0];
    }

    /// Whether any was removed; null if there was an element that the client had not seen.
    private @Nullable Boolean removeIf(List<Encoded> seen, List<Encoded> refused) {
        final Set<Encoded> known = new HashSet<>(seen);
        final Set<Encoded> gone = new HashSet<>(refused);
        try {
            return list.removeIf(element -> {
                if (!known.contains(element)) {
                    throw new UnseenException();
                }
                return gone.contains(element);
            });
        } catch (UnseenException e) {
            return null;
        }
    }

    /// Whether it was done; false if there was an element that the client had not seen.
    private boolean sort(List<Encoded> order, List<@Nullable Object> ranks) {
        if (order.size() != ranks.size()) {
            throw Errors.value(order.size() + " elements have " + ranks.size() + " ranks");
        }
        final Map<Encoded, Long> rankOf = new HashMap<>();
        for (int i = 0; i < order.size(); i++) {
            rankOf.put(order.get(i), PythonValues.index(ranks.get(i)));
        }
        try {
            list.sort((a, b) -> Long.compare(rank(rankOf, a), rank(rankOf, b)));
            return true;
        } catch (UnseenException e) {
            return false;
        }
    }

    private static long rank(Map<Encoded, Long> rankOf, Encoded element) {
        final Long rank = rankOf.get(element);
        if (rank == null) {
            throw new UnseenException();
        }
        return rank;
    }
}
