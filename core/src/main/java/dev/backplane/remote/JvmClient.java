package dev.backplane.remote;

import dev.backplane.ChannelOptions;
import dev.backplane.ListOptions;
import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.ManagerProvider;
import dev.backplane.MapOptions;
import dev.backplane.ObjectTerms;
import dev.backplane.ObjectTerms.OfChannel;
import dev.backplane.ObjectTerms.OfList;
import dev.backplane.ObjectTerms.OfMap;
import dev.backplane.ObjectTerms.OfQueue;
import dev.backplane.ObjectTerms.OfStruct;
import dev.backplane.ObjectTerms.OfTopic;
import dev.backplane.ObjectTerms.OfValue;
import dev.backplane.ObjectTerms.StoredCodec;
import dev.backplane.OwnerDeath;
import dev.backplane.QueueOptions;
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedArray;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedCondition;
import dev.backplane.SharedDouble;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.SharedObject;
import dev.backplane.SharedOnce;
import dev.backplane.SharedQueue;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.codec.RecordLayout;
import dev.backplane.pickle.PythonTuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A client that is a JVM, as a whole: it opens the objects of a manager here, and has the accounts of what
/// belongs to all of its threads, see [JvmLease].
final class JvmClient extends JvmReferent {
    /// The type identifier by which a client asks for one.
    static final String TYPE_ID = "backplane.client";

    private final Manager manager;
    private final NamedAccounts accounts;
    private final JvmAcquisition acquisition = new JvmAcquisition();
    private final JvmLease lease = new JvmLease();

    /// @param manager whose objects it opens
    /// @param accounts of what clients have of them
    JvmClient(Manager manager, NamedAccounts accounts) {
        super("client");
        this.manager = manager;
        this.accounts = accounts;
    }

    /// Lets JVMs use the named objects of a manager.
    ///
    /// @param registry of the server
    /// @param manager whose objects they are
    /// @param accounts of what clients have of them
    static void addTo(Registry registry, Manager manager, NamedAccounts accounts) {
        registry.add(TYPE_ID, arguments -> {
            arguments.end();
            return new JvmClient(manager, accounts);
        });
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) {
        try {
            return switch (method) {
                case "lease" -> {
                    caller.holds(this);
                    lease.begin(caller);
                    caller.keepWhileIdle(); // Nothing else goes over it, however much the client has to say elsewhere.
                    yield null;
                }
                case "open" -> {
                    final String kind = arguments.text("kind");
                    yield open(kind, arguments.text("name"), arguments);
                }
                case "attach" -> describe(arguments.text("name"));
                case "remove" -> manager.remove(arguments.text("name"));
                case "names" -> new ArrayList<>(manager.names());
                default -> throw new UnknownMethodException(method, this);
            };
        } catch (IOException e) {
            throw asPython(e);
        }
    }

    @Override
    public boolean isHeldBy(Caller caller) {
        return lease.isHeldBy(caller);
    }

    @Override
    public void release(Caller caller) {
        lease.end(caller);
    }

    private JvmReferent open(String kind, String name, Arguments arguments) throws IOException {
        return switch (kind) {
            case "long" -> JvmCells.ofLong(manager.longValue(name));
            case "double" -> JvmCells.ofDouble(manager.doubleValue(name));
            case "boolean" -> JvmCells.ofBoolean(manager.booleanValue(name));
            case "lock" -> {
                final LockOptions options = new LockOptions(arguments.truth("fair", false), OwnerDeath.refuse());
                yield new JvmLock(
                        manager.lock(name, options),
                        manager.lock(name, options.onOwnerDeath(acquisition.noting())),
                        acquisition);
            }
            case "readWriteLock" ->
                new JvmReadWriteLock(
                        manager.readWriteLock(name), manager.readWriteLock(name, acquisition.noting()), acquisition);
            case "condition" -> {
                final LockOptions options = new LockOptions(arguments.truth("fair", false), OwnerDeath.refuse());
                yield JvmSignals.condition(manager.condition(name, manager.lock(arguments.text("lock"), options)));
            }
            case "once" -> new JvmOnce(manager.once(name));
            case "event" -> JvmSignals.event(manager.event(name));
            case "latch" -> JvmSignals.latch(manager.latch(name, integer(arguments, "count")));
            case "barrier" -> JvmSignals.barrier(manager.barrier(name, integer(arguments, "parties")));
            case "semaphore" -> semaphore(name, arguments);
            case "attached" -> attached(manager.attach(name));
            default -> openCollection(kind, name, arguments);
        };
    }

    /// An object that exists, of those kinds that are opened by their name alone.
    private static JvmReferent attached(SharedObject object) {
        return switch (object) {
            case SharedLong cell -> JvmCells.ofLong(cell);
            case SharedDouble cell -> JvmCells.ofDouble(cell);
            case SharedBoolean cell -> JvmCells.ofBoolean(cell);
            case SharedEvent event -> JvmSignals.event(event);
            case SharedBarrier barrier -> JvmSignals.barrier(barrier);
            case SharedLatch latch -> JvmSignals.latch(latch);
            case SharedArray array -> JvmCells.ofArray(array);
            default ->
                throw new UnsupportedOperationException(
                        object + " cannot be attached over a connection by its name alone:"
                                + " ask for it by the method for its type");
        };
    }

    private JvmReferent semaphore(String name, Arguments arguments) throws IOException {
        final int permits = integer(arguments, "permits");
        final boolean bounded = arguments.truth("bounded", false);
        final boolean anyProcess = arguments.truth("anyProcess", true);
        final SharedSemaphore semaphore = manager.semaphore(name, new SemaphoreOptions(permits, bounded, anyProcess));
        return new JvmSemaphore(NamedPermits.of(semaphore, accounts), !anyProcess, lease);
    }

    private JvmReferent openCollection(String kind, String name, Arguments arguments) throws IOException {
        return switch (kind) {
            case "struct" -> JvmStruct.open(manager, name, arguments);
            case "channel" -> {
                final boolean many = arguments.truth("manySenders", false);
                yield new JvmChannel(
                        manager.channel(name, new ChannelOptions(many, integer(arguments, "capacityBytes"))));
            }
            case "topic" -> {
                final EncodedCodec codec = codec(arguments);
                yield new JvmTopic(manager.topic(name, codec, integer(arguments, "capacityBytes")), lease);
            }
            case "array" -> {
                final String code = arguments.text("typecode");
                final long length = PythonValues.index(arguments.take("length"));
                yield JvmCells.ofArray(ArrayType.open(manager, name, code, length));
            }
            case "value" -> {
                final EncodedCodec codec = codec(arguments);
                yield JvmCells.ofValue(manager.value(name, codec, integer(arguments, "maxBytes")));
            }
            case "queue" -> {
                final EncodedCodec codec = codec(arguments);
                final int capacity = integer(arguments, "capacity");
                final int slotBytes = integer(arguments, "slotBytes");
                final boolean joinable = arguments.truth("joinable", false);
                final SharedQueue<Encoded> queue =
                        manager.queue(name, new QueueOptions<>(capacity, slotBytes, joinable, codec));
                yield new JvmQueue(queue, joinable, accounts.of(queue), lease);
            }
            case "list" -> {
                final EncodedCodec codec = codec(arguments);
                final int most = integer(arguments, "maxElements");
                yield new JvmList(
                        manager.list(name, codec, new ListOptions(most, integer(arguments, "maxElementBytes"))));
            }
            case "map" -> {
                final EncodedCodec keys = codec(arguments);
                final EncodedCodec values = codec(arguments);
                final int most = integer(arguments, "maxEntries");
                final int keyBytes = integer(arguments, "maxKeyBytes");
                yield new JvmMap(manager.map(
                        name, keys, values, new MapOptions(most, keyBytes, integer(arguments, "maxValueBytes"))));
            }
            default -> throw Errors.value("'" + kind + "' is no kind of object that this server has");
        };
    }

    /// The kind of an object, and what else a client must say to open it. Classes of elements need not be here.
    private PythonTuple describe(String name) throws IOException {
        final Optional<ObjectTerms> terms = ManagerProvider.local().terms(manager, name);
        return terms.isPresent() ? describe(terms.get()) : describe(manager.attach(name));
    }

    private static PythonTuple describe(ObjectTerms terms) {
        return switch (terms) {
            case OfQueue(StoredCodec codec, int capacity, int slotBytes, boolean joinable) ->
                PythonTuple.of("queue", codec.name(), codec.bytes(), capacity, slotBytes, joinable);
            case OfMap(StoredCodec keys, StoredCodec values, MapOptions options) ->
                PythonTuple.of(
                        "map",
                        keys.name(),
                        keys.bytes(),
                        values.name(),
                        values.bytes(),
                        options.maxEntries(),
                        options.maxKeyBytes(),
                        options.maxValueBytes());
            case OfList(StoredCodec codec, ListOptions options) ->
                PythonTuple.of("list", codec.name(), codec.bytes(), options.maxElements(), options.maxElementBytes());
            case OfValue(StoredCodec codec, int maxBytes) ->
                PythonTuple.of("value", codec.name(), codec.bytes(), maxBytes);
            case OfStruct(RecordLayout<?> layout) -> PythonTuple.of("struct", JvmStruct.components(layout));
            case OfChannel(ChannelOptions options) ->
                PythonTuple.of("channel", options.manySenders(), options.capacityBytes());
            case OfTopic(int capacityBytes) -> PythonTuple.of("topic", capacityBytes);
        };
    }

    /// One of those that need no codec.
    private static PythonTuple describe(SharedObject object) {
        return switch (object) {
            case SharedLong cell -> PythonTuple.of("long");
            case SharedDouble cell -> PythonTuple.of("double");
            case SharedBoolean cell -> PythonTuple.of("boolean");
            case SharedEvent event -> PythonTuple.of("event");
            case SharedBarrier barrier -> PythonTuple.of("barrier");
            case SharedLatch latch -> PythonTuple.of("latch");
            case SharedArray array -> PythonTuple.of(ArrayType.of(array).code(), array.length());
            case SharedLock lock -> PythonTuple.of("lock", lock.isFair());
            case SharedReadWriteLock lock -> PythonTuple.of("readWriteLock");
            case SharedCondition condition ->
                PythonTuple.of(
                        "condition", condition.lock().isFair(), condition.lock().name());
            case SharedOnce once -> PythonTuple.of("once");
            case SharedSemaphore semaphore -> {
                final SemaphoreOptions options = semaphore.options();
                yield PythonTuple.of("semaphore", (long) options.permits(), options.bounded(), options.anyProcess());
            }
            default -> PythonTuple.of("other", object.toString());
        };
    }
}
