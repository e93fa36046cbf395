package dev.backplane.remote;

import dev.backplane.RemoteCallException;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonTuple;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A server of Python's `SyncManager`, or of this library without a manager, which is the same.
///
/// It has no names: an object is made at its first use, and known by its name to this client only; or a name
/// was said to mean one of the server's registered types, which gives all who ask the same object, if its
/// program is made so.
final class PythonServer implements RemoteServer {
    private final RemoteLinks links;
    private final Map<String, String> typeIds;
    private final Set<String> idents = ConcurrentHashMap.newKeySet();

    /// @param links to the server
    /// @param typeIds registered types, by the names of objects
    PythonServer(RemoteLinks links, Map<String, String> typeIds) {
        this.links = links;
        this.typeIds = typeIds;
    }

    RemoteLinks links() {
        return links;
    }

    @Override
    public boolean isPythons(String name) {
        return typeIds.containsKey(name);
    }

    @Override
    public RemoteTarget open(String kind, String name, @Nullable Object... parameters) throws IOException {
        return switch (kind) {
            case "long" -> new StockCells.Cell(create(name, "Value", "q", 0L));
            case "double" -> new StockCells.Cell(create(name, "Value", "d", 0.0));
            case "boolean" -> new StockCells.Cell(create(name, "Value", "b", false));
            case "value" -> new StockCells.Cell(create(name, "Value", "O", null));
            case "array" -> {
                final ArrayType type = ArrayType.of(String.valueOf(parameters[0]));
                if (type == null) {
                    throw new IllegalArgumentException("no array of type " + parameters[0]);
                }
                final byte[] zeros = new byte[Math.toIntExact(number(parameters[1]) * type.bytes())];
                yield new StockCells.Elements(create(name, "Array", type.code(), zeros), type);
            }
            case "lock" -> new StockLocks.Lock(create(name, "RLock"));
            case "semaphore" -> {
                final boolean bounded = Boolean.TRUE.equals(parameters[1]);
                final int permits = (int) number(parameters[0]);
                yield new StockLocks.Permits(
                        create(name, bounded ? "BoundedSemaphore" : "Semaphore", permits), permits, bounded);
            }
            case "event" -> new StockSignals.Event(create(name, "Event"));
            case "latch" -> new StockSignals.Latch(create(name, "Event"), number(parameters[0]));
            case "barrier" -> new StockSignals.Barrier(create(name, "Barrier", parameters[0]));
            default -> collection(kind, name, parameters);
        };
    }

    private RemoteTarget collection(String kind, String name, @Nullable Object[] parameters) throws IOException {
        return switch (kind) {
            case "queue" -> {
                final boolean joinable = Boolean.TRUE.equals(parameters[4]);
                final Set<Object> exposed = new HashSet<>();
                yield new StockQueue(
                        create(exposed, name, joinable ? "JoinableQueue" : "Queue", parameters[2]),
                        (int) number(parameters[2]),
                        joinable,
                        exposed);
            }
            case "list" -> new StockList(create(name, "list"), (int) number(parameters[2]));
            case "map" -> new StockMap(create(name, "dict"), (int) number(parameters[4]));
            default ->
                throw new UnsupportedOperationException(
                        "a server of Python, as the one at " + links.endpoint() + ", has no " + kind);
        };
    }

    private static long number(@Nullable Object parameter) {
        return PythonValues.index(parameter);
    }

    @Override
    public RemoteTarget condition(String name, RemoteTarget lock, boolean fair) {
        if (lock instanceof StockLocks.Lock own && !own.isPythons()) {
            return new StockLocks.Signals(name, own);
        }
        throw new UnsupportedOperationException(
                "a lock that programs of Python use, as " + lock + ", has no conditions");
    }

    private StockObject.Origin create(String name, String typeId, @Nullable Object... args) throws IOException {
        return create(new HashSet<>(), name, typeId, args);
    }

    private StockObject.Origin create(Set<Object> exposed, String name, String typeId, @Nullable Object... args)
            throws IOException {
        final String registered = typeIds.get(name);
        final @Nullable Object[] all = new Object[registered == null ? args.length + 1 : 1];
        all[0] = registered == null ? typeId : registered;
        if (registered == null) {
            System.arraycopy(args, 0, all, 1, args.length);
        }
        final Object made;
        try {
            made = links.control("create", all);
        } catch (PythonException e) {
            throw RemoteErrors.creating(e, name);
        }
        if (made instanceof PythonTuple parts
                && parts.size() == 2
                && parts.get(0) instanceof String ident
                && parts.get(1) instanceof List<?> methods) {
            methods.forEach(method -> exposed.add(String.valueOf(method)));
            idents.add(ident);
            return new StockObject.Origin(this, name, ident, registered != null);
        }
        throw new RemoteCallException(name + ": the server's answer is no object", String.valueOf(made), null);
    }

    @Override
    public List<@Nullable Object> describe(String name) {
        throw new NoSuchElementException("a server of Python, as the one at " + links.endpoint()
                + ", has no names: ask for " + name + " by the method for its type");
    }

    @Override
    public boolean remove(String name) {
        return false;
    }

    @Override
    public @Nullable List<String> names() {
        return null;
    }

    /// Gives a reference up, as far as the server can be reached.
    void decrease(String ident) {
        if (idents.remove(ident)) {
            links.decrease(ident);
        }
    }

    @Override
    public void tick() {
        links.sweep();
    }

    @Override
    public void close() {
        links.decrease(idents, 1);
        links.close();
    }
}
