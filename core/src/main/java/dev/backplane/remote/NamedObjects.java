package dev.backplane.remote;

import dev.backplane.ListOptions;
import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.QueueOptions;
import dev.backplane.SharedArray;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedChannel;
import dev.backplane.SharedCondition;
import dev.backplane.SharedDouble;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import dev.backplane.SharedList;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.SharedMap;
import dev.backplane.SharedObject;
import dev.backplane.SharedOnce;
import dev.backplane.SharedQueue;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.SharedStruct;
import dev.backplane.SharedTopic;
import dev.backplane.SharedValue;
import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import java.io.IOException;

/// The types by which clients get the named objects of a manager.
///
/// `named` attaches any object that there is. `get_lock` and the like attach one of that kind or create it;
/// what is needed to create it may be left out where there is one.
final class NamedObjects {
    private final Manager manager;
    private final NamedAccounts accounts;

    /// @param manager whose objects they are
    /// @param accounts of what clients have of them
    NamedObjects(Manager manager, NamedAccounts accounts) {
        this.manager = manager;
        this.accounts = accounts;
    }

    /// Makes or attaches an object.
    @FunctionalInterface
    private interface Creation {
        SharedObject create(String name, Arguments arguments) throws IOException;
    }

    void addTo(Registry registry) {
        registry.add("named", arguments -> attached(arguments));
        add(registry, "get_lock", SharedLock.class, (name, arguments) -> manager.lock(name));
        add(
                registry,
                "get_read_write_lock",
                SharedReadWriteLock.class,
                (name, arguments) -> manager.readWriteLock(name));
        add(
                registry,
                "get_condition",
                SharedCondition.class,
                (name, arguments) -> manager.condition(name, manager.lock(arguments.text("lock"))));
        add(registry, "get_event", SharedEvent.class, (name, arguments) -> manager.event(name));
        add(registry, "get_long", SharedLong.class, (name, arguments) -> manager.longValue(name));
        add(registry, "get_double", SharedDouble.class, (name, arguments) -> manager.doubleValue(name));
        add(registry, "get_boolean", SharedBoolean.class, (name, arguments) -> manager.booleanValue(name));
        add(
                registry,
                "get_semaphore",
                SharedSemaphore.class,
                (name, arguments) -> manager.semaphore(name, count(arguments, "value")));
        add(
                registry,
                "get_barrier",
                SharedBarrier.class,
                (name, arguments) -> manager.barrier(name, count(arguments, "parties")));
        add(
                registry,
                "get_latch",
                SharedLatch.class,
                (name, arguments) -> manager.latch(name, count(arguments, "count")));
        add(
                registry,
                "get_queue",
                SharedQueue.class,
                (name, arguments) -> manager.queue(
                        name, QueueOptions.capacity(count(arguments, "maxsize")).asJoinable()));
        add(
                registry,
                "get_dict",
                SharedMap.class,
                (name, arguments) ->
                        manager.map(name, tagged(), tagged(), MapOptions.entries(count(arguments, "max_entries"))));
        add(
                registry,
                "get_list",
                SharedList.class,
                (name, arguments) ->
                        manager.list(name, tagged(), ListOptions.elements(count(arguments, "max_elements"))));
        add(
                registry,
                "get_value",
                SharedValue.class,
                (name, arguments) -> manager.value(name, tagged(), count(arguments, "max_bytes")));
        add(registry, "get_array", SharedArray.class, this::array);
    }

    /// Of elements that are never null, which nobody can put in.
    @SuppressWarnings("NullAway")
    private static Codec<Object> tagged() {
        return Codecs.tagged();
    }

    private static int count(Arguments arguments, String name) {
        return (int) JavaValues.within(arguments.take(name), 0, Integer.MAX_VALUE);
    }

    private SharedArray array(String name, Arguments arguments) throws IOException {
        final String typecode = arguments.text("typecode");
        final long length = PythonValues.index(arguments.take("length"));
        // Python's `l` is as long as its machine says; here it is 64 bits.
        return ArrayType.open(manager, name, typecode.equals("l") ? ArrayType.LONG.code() : typecode, length);
    }

    private void add(Registry registry, String typeId, Class<? extends SharedObject> type, Creation creation) {
        registry.add(typeId, arguments -> {
            final String name = arguments.text("name");
            final SharedObject object = arguments.isEmpty() && manager.names().contains(name)
                    ? manager.attach(name)
                    : creation.create(name, arguments);
            arguments.end();
            if (!type.isInstance(object)) {
                throw Errors.type("'" + name + "' is no " + type.getSimpleName() + " but " + object);
            }
            return of(object);
        });
    }

    private Referent attached(Arguments arguments) throws IOException {
        final String name = arguments.text("name");
        arguments.end();
        return of(manager.attach(name));
    }

    /// The object for clients.
    private Referent of(SharedObject object) {
        return switch (object) {
            case SharedLock lock -> NamedLocks.lock(lock);
            case SharedReadWriteLock lock -> NamedLocks.readWriteLock(lock);
            case SharedSemaphore semaphore -> NamedLocks.semaphore(NamedPermits.of(semaphore, accounts));
            case SharedCondition condition -> NamedLocks.condition(condition);
            case SharedEvent event -> NamedSignals.event(event);
            case SharedLatch latch -> NamedSignals.latch(latch);
            case SharedBarrier barrier -> NamedSignals.barrier(barrier);
            case SharedLong number -> NamedNumbers.ofLong(number);
            case SharedDouble number -> NamedNumbers.ofDouble(number);
            case SharedBoolean truth -> NamedNumbers.ofBoolean(truth);
            case SharedValue<?> value -> NamedNumbers.ofValue(value);
            case SharedArray array -> NamedNumbers.array(array);
            case SharedQueue<?> queue -> NamedQueue.of(queue, accounts);
            case SharedMap<?, ?> map -> NamedMap.of(map);
            case SharedList<?> list -> NamedList.of(list);
            case SharedChannel channel -> NamedLooks.channel(channel);
            case SharedTopic<?> topic -> NamedLooks.topic(topic);
            case SharedStruct<?> struct -> NamedLooks.struct(struct);
            case SharedOnce once -> NamedLooks.once(once);
            default -> throw Errors.type(object + " is of a kind that only JVMs use");
        };
    }
}
