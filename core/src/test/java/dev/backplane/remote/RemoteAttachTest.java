package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.ListOptions;
import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.OwnerDeath;
import dev.backplane.QueueOptions;
import dev.backplane.SharedChannel;
import dev.backplane.SharedCondition;
import dev.backplane.SharedList;
import dev.backplane.SharedLock;
import dev.backplane.SharedMap;
import dev.backplane.SharedQueue;
import dev.backplane.SharedStruct;
import dev.backplane.SharedTopic;
import dev.backplane.SharedValue;
import dev.backplane.codec.ClassRefusedException;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.FixedRecordCodec;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Objects of a server in another JVM that are attached by their names alone: those with elements and options.
@NullUnmarked
final class RemoteAttachTest {
    private static final Codec<String> STRINGS = Codecs.of(String.class);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private ServerJvm server;
    private Manager manager;
    private Manager local;

    record Order(String fruit, int count, Colour colour) {}

    record Point(long x, double y) {}

    enum Colour {
        RED,
        GREEN
    }

    /// Of a codec's name that is longer than what a segment keeps of it.
    record Wide(
            int aComponentWithQuiteALongNameToBeginWith01,
            int aComponentWithQuiteALongNameToBeginWith02,
            int aComponentWithQuiteALongNameToBeginWith03,
            int aComponentWithQuiteALongNameToBeginWith04,
            int aComponentWithQuiteALongNameToBeginWith05,
            int aComponentWithQuiteALongNameToBeginWith06,
            int aComponentWithQuiteALongNameToBeginWith07,
            int aComponentWithQuiteALongNameToBeginWith08,
            int aComponentWithQuiteALongNameToBeginWith09,
            int aComponentWithQuiteALongNameToBeginWith10,
            int aComponentWithQuiteALongNameToBeginWith11,
            int aComponentWithQuiteALongNameToBeginWith12) {}

    /// Strings under the name of something else.
    private record Named(String name) implements Codec<String> {
        @Override
        public void encode(String value, CodecOutput out) {
            STRINGS.encode(value, out);
        }

        @Override
        public String decode(CodecInput in) {
            return STRINGS.decode(in);
        }
    }

    @BeforeEach
    void connect() throws Exception {
        server = new ServerJvm(directory);
        manager = server.connect();
        local = Manager.open(server.segment());
    }

    @AfterEach
    void end() throws IOException {
        manager.close();
        local.close();
        server.close();
    }

    private Manager allowing(String... classes) throws Exception {
        return server.connect(
                ServerJvm.options().policy(SerializationPolicy.standard().allowing(classes)));
    }

    @SuppressWarnings("unchecked")
    private static <T> T attached(Manager from, Class<? super T> type, String name) throws IOException {
        return (T) type.cast(from.attach(name));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aQueue(boolean joinable) throws Exception {
        final SharedQueue<Long> theirs = local.queue("q", new QueueOptions<>(3, 100, joinable, Codecs.of(Long.class)));
        theirs.put(1L);
        final SharedQueue<Long> queue = attached(manager, SharedQueue.class, "q");
        assertEquals(1, queue.take());
        queue.put(2L);
        queue.put(3L);
        queue.put(4L);
        assertFalse(queue.offer(5L));
        assertEquals(2, theirs.take());
        assertEquals(3, queue.capacity());
        assertEquals("int64", queue.codec().name());
        if (joinable) {
            queue.taskDone();
            theirs.taskDone();
            assertThrows(IllegalStateException.class, queue::taskDone);
        }
    }

    @Test
    void aQueueOfWhateverTheTaggedFormWrites() throws Exception {
        local.<Object>queue("q", 4).put(List.of("a", 1));
        final SharedQueue<Object> queue = attached(manager, SharedQueue.class, "q");
        assertEquals(List.of("a", 1), queue.take());
        queue.put(Map.of("k", 2.5));
        assertEquals(Map.of("k", 2.5), local.queue("q", 4).take());
    }

    @Test
    void aMap() throws Exception {
        final MapOptions options = new MapOptions(10, 24, 40);
        final SharedMap<String, byte[]> theirs = local.map("m", STRINGS, Codecs.of(byte[].class), options);
        theirs.put("a", new byte[] {1});
        final SharedMap<String, byte[]> map = attached(manager, SharedMap.class, "m");
        assertEquals(1, map.get("a")[0]);
        map.put("b", new byte[] {2, 3});
        assertEquals(3, theirs.get("b")[1]);
        assertEquals(options, new MapOptions(map.maxEntries(), map.maxKeyBytes(), map.maxValueBytes()));
        final SharedMap<Long, Double> numbers =
                local.map("n", Codecs.of(Long.class), Codecs.of(Double.class), MapOptions.entries(5));
        RemoteAttachTest.<SharedMap<Long, Double>>attached(manager, SharedMap.class, "n")
                .put(7L, 0.5);
        assertEquals(0.5, numbers.get(7L));
    }

    @Test
    void aList() throws Exception {
        final SharedList<String> theirs = local.list("l", STRINGS, new ListOptions(9, 32));
        theirs.add("one");
        final SharedList<String> list = attached(manager, SharedList.class, "l");
        list.add("two");
        assertEquals(List.of("one", "two"), List.copyOf(theirs));
        assertEquals("one", list.get(0));
        assertEquals(new ListOptions(9, 32), new ListOptions(list.maxElements(), list.maxElementBytes()));
    }

    @Test
    void aValue() throws Exception {
        final SharedValue<DayOfWeek> theirs = local.value("v", DayOfWeek.class, 16);
        theirs.set(DayOfWeek.MONDAY);
        final SharedValue<DayOfWeek> value = attached(manager, SharedValue.class, "v");
        assertSame(DayOfWeek.MONDAY, value.get()); // An enum of java.time, which the standard policy allows.
        assertTrue(value.compareAndSet(DayOfWeek.MONDAY, DayOfWeek.SUNDAY));
        assertSame(DayOfWeek.SUNDAY, theirs.get());
        assertEquals(16, value.maxBytes());
    }

    @Test
    void aStructIsOneOfMaps() throws Exception {
        final SharedStruct<Point> theirs = local.struct("s", Point.class);
        theirs.set(new Point(3, 4.5));
        final SharedStruct<Map<String, Object>> struct = attached(manager, SharedStruct.class, "s");
        assertEquals(Map.of("x", 3L, "y", 4.5), struct.get());
        struct.set(Map.of("x", 5L, "y", 6.5));
        assertEquals(new Point(5, 6.5), theirs.get());
        struct.field("x").getAndAdd(2);
        assertEquals(7, manager.struct("s", Point.class).get().x());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChannel(boolean many) throws Exception {
        final SharedChannel theirs = local.channel("c", new ChannelOptions(many, 2048));
        final SharedChannel channel = attached(manager, SharedChannel.class, "c");
        channel.send(RemoteDataContract.bytes("hello"));
        final List<String> received = new ArrayList<>();
        assertTrue(theirs.receive(RemoteDataContract.into(received)));
        assertEquals(List.of("hello"), received);
        assertEquals(theirs.maxMessageBytes(), channel.maxMessageBytes());
    }

    @Test
    void aTopicIsOneOfObjects() throws Exception {
        final SharedTopic<Object> theirs = local.topic("t", Object.class, 4096);
        final SharedTopic<Object> topic = attached(manager, SharedTopic.class, "t");
        final SharedTopic.Subscription<Object> here = topic.subscribe();
        final SharedTopic.Subscription<Object> there = theirs.subscribe();
        topic.publish(List.of("news", 1));
        assertEquals(List.of("news", 1), there.receive());
        assertEquals(List.of("news", 1), here.receive());
        assertEquals(theirs.maxValueBytes(), topic.maxValueBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConditionComesWithItsLock(boolean fair) throws Exception {
        final SharedLock lock = local.lock("lock", new LockOptions(fair, OwnerDeath.refuse()));
        final SharedCondition theirs = local.condition("ready", lock);
        final CountDownLatch locked = new CountDownLatch(1);
        final AtomicBoolean ready = new AtomicBoolean();
        final FutureTask<Boolean> waiter = new FutureTask<>(() -> {
            lock.lock();
            try {
                locked.countDown();
                while (!ready.get()) {
                    theirs.await();
                }
                return true;
            } finally {
                lock.unlock();
            }
        });
        Thread.ofPlatform().daemon().start(waiter);
        locked.await();
        final SharedCondition condition = attached(manager, SharedCondition.class, "ready");
        assertEquals("lock", condition.lock().name());
        assertEquals(fair, condition.lock().isFair());
        condition.lock().lock(); // Only once the other one waits.
        try {
            ready.set(true);
            condition.signal();
        } finally {
            condition.lock().unlock();
        }
        assertTrue(waiter.get(60, TimeUnit.SECONDS));
    }

    @Test
    void recordsAndEnumsThatThePolicyAllows() throws Exception {
        local.map("orders", Codecs.of(Colour.class), Codecs.of(Order.class), MapOptions.entries(5))
                .put(Colour.RED, new Order("apple", 3, Colour.GREEN));
        local.list("points", FixedRecordCodec.of(Point.class), ListOptions.elements(5))
                .add(new Point(1, 2));
        local.queue("points of a queue", QueueOptions.of(5, Codecs.of(Point.class)))
                .put(new Point(3, 4));
        try (Manager wide = allowing(Order.class.getName(), Colour.class.getName(), Point.class.getName())) {
            final SharedMap<Colour, Order> orders = attached(wide, SharedMap.class, "orders");
            assertEquals(new Order("apple", 3, Colour.GREEN), orders.get(Colour.RED));
            final SharedList<Point> points = attached(wide, SharedList.class, "points");
            assertEquals(new Point(1, 2), points.get(0));
            points.set(0, new Point(5, 6));
            final SharedQueue<Point> queue = attached(wide, SharedQueue.class, "points of a queue");
            assertEquals(new Point(3, 4), queue.take());
        }
        assertEquals(
                new Point(5, 6),
                manager.list("points", FixedRecordCodec.of(Point.class), ListOptions.elements(5))
                        .get(0));
    }

    @Test
    void aCodecOfALongNameIsFoundByItsBeginning() throws Exception {
        final Codec<Wide> codec = Codecs.of(Wide.class);
        final Wide wide = new Wide(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        local.list("l", codec, ListOptions.elements(5)).add(wide);
        final Named longer = new Named(codec.name() + "]");
        local.list("another", longer, ListOptions.elements(5));
        try (Manager allowed = allowing(Wide.class.getName())) {
            assertEquals(
                    wide,
                    RemoteAttachTest.<SharedList<Wide>>attached(allowed, SharedList.class, "l")
                            .get(0));
            Refusal.of(
                    ClassRefusedException.class,
                    () -> allowed.attach("another"),
                    Wide.class.getName(),
                    "another version",
                    "list(name, codec, options)");
        }
    }

    @Test
    void classesThatAreNotAllowedOrNotHereOrOthersAreRefused() throws Exception {
        final QueueOptions<Order> options = QueueOptions.of(5, Codecs.of(Order.class));
        local.queue("orders", options).put(new Order("apple", 3, Colour.RED));
        Refusal.of(
                ClassRefusedException.class,
                () -> manager.attach("orders"),
                "queue orders",
                Order.class.getName(),
                "not allowed",
                "ConnectOptions.policy",
                "queue(name, options)");
        assertEquals(
                new Order("apple", 3, Colour.RED),
                manager.queue("orders", options).take());
        // The server has no such class either, and needs none.
        local.map("m", STRINGS, new Named("record elsewhere.Invoice(int)"), MapOptions.entries(4))
                .put("k", "v");
        Refusal.of(ClassRefusedException.class, () -> manager.attach("m"), "elsewhere.Invoice", "not allowed");
        local.value("v", new Named("enum " + Colour.class.getName() + "[RED,BLUE]"), 16);
        try (Manager allowed = allowing("elsewhere.*", Colour.class.getName())) {
            Refusal.of(
                    ClassRefusedException.class,
                    () -> allowed.attach("m"),
                    "map m",
                    "elsewhere.Invoice",
                    "not here",
                    "class path",
                    "map(name, keyCodec, valueCodec, options)");
            Refusal.of(
                    ClassRefusedException.class,
                    () -> allowed.attach("v"),
                    "value v",
                    "[RED,BLUE]",
                    "[RED,GREEN]",
                    "another version");
        }
    }

    @Test
    void codecsThatNoNameSufficesForAndNamesThatThereAreNotAreRefused() throws Exception {
        local.list("l", new Named("shop.orders 3"), ListOptions.elements(4)).add("x");
        Refusal.of(
                UnsupportedOperationException.class,
                () -> manager.attach("l"),
                "list l",
                "shop.orders 3",
                "list(name, codec, options)");
        assertEquals(
                "x",
                manager.list("l", new Named("shop.orders 3"), ListOptions.elements(4))
                        .get(0));
        assertThrows(NoSuchElementException.class, () -> manager.attach("nothing"));
        assertEquals(List.of("l"), manager.names());
    }

    @Test
    void anAttachedObjectIsOpenedAgainWhenTheServerWasStartedAnew() throws Exception {
        local.queue("q", QueueOptions.of(4, STRINGS)).put("kept");
        final SharedQueue<String> queue = attached(manager, SharedQueue.class, "q");
        assertNotNull(queue.peek());
        server.jvm().kill();
        assertThrows(dev.backplane.ConnectionLostException.class, queue::size);
        server.start(server.address());
        assertEquals("kept", queue.take());
    }
}
