package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SharedChannel;
import dev.backplane.SharedStruct;
import dev.backplane.SharedTopic;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What structs, channels and topics do, in memory and over a connection.
@NullUnmarked
abstract class RemoteDataContract {
    record Quote(long time, double price, int size, boolean bid, char venue, short depth, byte flags, float skew) {}

    record Other(long time, double price) {}

    record Square(long root, long square) {
        Square {
            if (square != root * root) {
                throw new IllegalArgumentException("torn: " + root + ", " + square);
            }
        }
    }

    /// The manager that is tested.
    abstract Manager manager();

    /// Another process's.
    abstract Manager other();

    static <T> T elsewhere(Callable<T> work) throws Exception {
        final FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task.get(60, TimeUnit.SECONDS);
    }

    static ChannelOptions options(boolean many) {
        return new ChannelOptions(many, 1024);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(MemorySegment memory, long offset, int length) {
        return new String(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    static SharedChannel.Handler into(List<String> received) {
        return (memory, offset, length) -> received.add(text(memory, offset, length));
    }

    @Test
    void aStructIsReadAndWrittenAsAWholeAndByItsFields() throws Exception {
        final SharedStruct<Quote> struct = manager().struct("s", Quote.class);
        final SharedStruct<Quote> theirs = other().struct("s", Quote.class);
        assertEquals(new Quote(0, 0, 0, false, '\0', (short) 0, (byte) 0, 0), struct.get());
        final Quote quote = new Quote(1, 2.5, -3, true, '\uffff', (short) -4, (byte) -5, 0.5f);
        struct.set(quote);
        assertEquals(quote, theirs.get());
        assertEquals(quote, struct.get());
        assertEquals(1, struct.field("time").getLong());
        assertEquals(2.5, struct.field("price").getDouble());
        assertEquals(-3, struct.field("size").getLong());
        assertEquals(1, struct.field("bid").getLong());
        assertEquals(0xffff, struct.field("venue").getLong());
        assertEquals(0.5, struct.field("skew").getDouble());
        struct.field("price").setDouble(Double.NaN);
        struct.field("skew").setDouble(1.5);
        struct.field("bid").setLong(0);
        assertEquals(1, struct.field("time").getAndAdd(10));
        assertEquals(new Quote(11, Double.NaN, -3, false, '\uffff', (short) -4, (byte) -5, 1.5f), theirs.get());
        assertEquals("price", struct.field("price").name());
        assertEquals(double.class, struct.field("price").type());
        assertEquals(5, struct.version());
        Refusal.of(IllegalArgumentException.class, () -> struct.field("colour"), "no field colour", "price");
        Refusal.of(IllegalArgumentException.class, () -> struct.field("price").getLong(), "price", "double");
        Refusal.of(IllegalArgumentException.class, () -> struct.field("flags").setLong(128), "flags", "127");
        assertThrows(RuntimeException.class, () -> manager().struct("s", Other.class));
        assertThrows(RuntimeException.class, () -> manager().longValue("s"));
        assertEquals(5, theirs.version());
    }

    @Test
    void aStructIsComparedAndUpdatedByItsRecord() throws Exception {
        final SharedStruct<Square> struct = manager().struct("s", Square.class);
        assertFalse(struct.compareAndSet(new Square(1, 1), new Square(2, 4)));
        assertTrue(struct.compareAndSet(new Square(0, 0), new Square(2, 4)));
        final int threads = 4;
        final int times = 25;
        final List<FutureTask<Object>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            final SharedStruct<Square> mine = (i % 2 == 0 ? manager() : other()).struct("s", Square.class);
            tasks.add(RemoteCollectionsContract.inThread(() -> {
                for (int j = 0; j < times; j++) {
                    mine.update(now -> new Square(now.root() + 1, (now.root() + 1) * (now.root() + 1)));
                }
                return null;
            }));
        }
        for (FutureTask<Object> task : tasks) {
            RemoteCollectionsContract.result(task);
        }
        assertEquals(2 + threads * times, struct.get().root());
        struct.field("root").setLong(4);
        Refusal.of(CodecException.class, struct::get, "Square", "torn: 4,");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesOfAChannelComeInOrder(boolean many) throws Exception {
        final SharedChannel mine = manager().channel("c", options(many));
        final SharedChannel theirs = other().channel("c", options(many));
        assertEquals(theirs.maxMessageBytes(), mine.maxMessageBytes());
        final ChannelOptions least = new ChannelOptions(many, ChannelOptions.LEAST_CAPACITY);
        assertEquals(
                other().channel("d", least).maxMessageBytes(),
                manager().channel("d", least).maxMessageBytes());
        assertFalse(mine.hasReceiver());
        assertFalse(mine.hasSender());
        for (int lap = 0; lap < 40; lap++) {
            mine.send(bytes("one"));
            assertTrue(mine.trySend(bytes("")));
            assertTrue(mine.send(MemorySegment.ofArray(bytes("a three")), 2, 5, 1, TimeUnit.SECONDS));
            final List<String> received = new ArrayList<>();
            assertEquals(true, elsewhere(() -> {
                for (int i = 0; i < 3; i++) {
                    theirs.receive(into(received));
                }
                final boolean held = mine.hasReceiver();
                theirs.leave();
                return held;
            }));
            assertEquals(List.of("one", "", "three"), received);
        }
        assertTrue(mine.hasSender());
        mine.leave();
        elsewhere(() -> {
            theirs.send(bytes("back"));
            theirs.send(bytes("again"));
            theirs.send(bytes("and again"));
            return null;
        });
        final List<String> received = new ArrayList<>();
        assertEquals(1, mine.poll(into(received), 1));
        assertEquals(2, mine.poll(into(received), 10));
        assertEquals(0, mine.poll(into(received), 10));
        assertEquals(List.of("back", "again", "and again"), received);
        assertEquals(0, mine.usedBytes());
        assertFalse(mine.receive(into(received), 60, TimeUnit.MILLISECONDS));
        assertTrue(theirs.hasReceiver());
    }

    @Test
    void aMessageIsReceivedOnceItsHandlerIsOver() throws Exception {
        final SharedChannel channel = manager().channel("c", options(false));
        channel.send(bytes("bad"));
        channel.send(bytes("good"));
        final List<String> received = new ArrayList<>();
        assertFalse(manager().channel("d", options(false)).peek(into(received), 0, TimeUnit.SECONDS));
        assertTrue(channel.peek(into(received), 1, TimeUnit.SECONDS));
        assertTrue(channel.peek(into(received), 1, TimeUnit.SECONDS));
        assertEquals(List.of("bad", "bad"), received);
        final SharedChannel.Handler failing = (memory, offset, length) -> {
            throw new UnsupportedOperationException("not this one");
        };
        Refusal.of(
                UnsupportedOperationException.class, () -> channel.peek(failing, 0, TimeUnit.SECONDS), "not this one");
        Refusal.of(UnsupportedOperationException.class, () -> channel.poll(failing, 5), "not this one");
        final SharedChannel.Handler nested = (memory, offset, length) -> channel.poll(into(received), 1);
        Refusal.of(IllegalStateException.class, () -> channel.receive(nested), "a handler of");
        channel.send(bytes("last"));
        assertTrue(channel.receive((memory, offset, length) -> {
            assertEquals("last", text(memory, offset, length));
        }));
        assertEquals(0, channel.poll(into(received), 1));
    }

    @Test
    void anEndBelongsToOneThread() throws Exception {
        final SharedChannel mine = manager().channel("c", options(false));
        final SharedChannel theirs = other().channel("c", options(false));
        mine.send(bytes("a"));
        Refusal.of(IllegalStateException.class, () -> elsewhereUnwrapped(() -> theirs.trySend(bytes("b"))), "sender");
        mine.leave();
        assertTrue(elsewhere(() -> theirs.trySend(bytes("b"))));
        final List<String> received = new ArrayList<>();
        assertEquals(2, mine.poll(into(received), 10));
        Refusal.of(IllegalStateException.class, () -> elsewhereUnwrapped(() -> theirs.poll(into(received), 1)), "rec");
        mine.leave();
        assertEquals(0, elsewhere(() -> theirs.poll(into(received), 1)));
        assertEquals(List.of("a", "b"), received);
        Refusal.of(IllegalArgumentException.class, () -> mine.send(new byte[129]), "129", "128");
        Refusal.of(IllegalArgumentException.class, () -> mine.tryClaim(-1), "-1");
        Refusal.of(IllegalArgumentException.class, () -> mine.poll(into(received), 0), "0");
    }

    private static <T> T elsewhereUnwrapped(Callable<T> work) throws Exception {
        try {
            return elsewhere(work);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void claimsAreWrittenAndSentOrGivenUp(boolean many) throws Exception {
        final SharedChannel mine = manager().channel("c", options(many));
        final SharedChannel theirs = other().channel("c", options(many));
        final long first = mine.tryClaim(8);
        final long second = mine.tryClaim(8);
        assertEquals(0, mine.offsetOf(first) % 8);
        mine.memory().set(ValueLayout.JAVA_LONG, mine.offsetOf(second), 22);
        mine.commit(second);
        assertEquals(0, elsewhere(() -> {
            final int there = theirs.poll((memory, offset, length) -> {}, 10);
            theirs.leave();
            return there;
        }));
        mine.abort(first);
        final List<Long> received = new ArrayList<>();
        assertEquals(
                1,
                elsewhere(() -> theirs.poll(
                        (memory, offset, length) -> received.add(memory.get(ValueLayout.JAVA_LONG, offset)), 10)));
        assertEquals(List.of(22L), received);
        assertThrows(IllegalStateException.class, () -> mine.commit(first));
        long claimed = 0;
        while (claimed != SharedChannel.NO_ROOM) {
            claimed = mine.tryClaim(100);
        }
        assertFalse(mine.trySend(new byte[100]));
    }

    @Test
    void aFullChannelMakesSendersWait() throws Exception {
        final SharedChannel mine = manager().channel("c", options(true));
        final SharedChannel theirs = other().channel("c", options(true));
        int sent = 0;
        while (mine.trySend(new byte[100])) {
            sent++;
        }
        assertTrue(sent > 3);
        assertFalse(mine.send(MemorySegment.ofArray(new byte[100]), 0, 100, 60, TimeUnit.MILLISECONDS));
        final FutureTask<Object> sender = new FutureTask<>(() -> {
            mine.send(bytes("at last"));
            return null;
        });
        RemoteCollectionsContract.interruptible(sender);
        final FutureTask<Object> interrupted = new FutureTask<>(() -> {
            mine.send(new byte[100]);
            return null;
        });
        final Thread thread = RemoteCollectionsContract.interruptible(interrupted);
        thread.interrupt();
        final ExecutionException failure =
                assertThrows(ExecutionException.class, () -> interrupted.get(60, TimeUnit.SECONDS));
        assertEquals(InterruptedException.class, failure.getCause().getClass());
        final List<String> received = new ArrayList<>();
        for (int i = 0; i <= sent; i++) {
            assertTrue(theirs.receive(into(received)));
        }
        sender.get(60, TimeUnit.SECONDS);
        assertEquals("at last", received.getLast());
        assertEquals(0, theirs.poll(into(received), 10));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChannelOfValuesEndsBehindTheLast(boolean many) throws Exception {
        final SharedChannel mine = manager().channel("c", options(many));
        final SharedChannel theirs = other().channel("c", options(many));
        final SharedChannel.Values<String> texts = mine.values(Codecs.of(String.class));
        final SharedChannel.Values<Long> numbers = mine.values(Codecs.of(Long.class));
        texts.send("one");
        assertTrue(numbers.send(2L, 1, TimeUnit.SECONDS));
        texts.send("three");
        numbers.send(4L);
        texts.send("five");
        assertThrows(IllegalArgumentException.class, () -> texts.send("x".repeat(200)));
        elsewhere(() -> {
            final SharedChannel.Values<String> theirTexts = theirs.values(Codecs.of(String.class));
            assertEquals("one", theirTexts.peek(1, TimeUnit.SECONDS));
            assertEquals("one", theirTexts.receive());
            assertThrows(CodecException.class, () -> theirTexts.peek(1, TimeUnit.SECONDS));
            theirs.leave();
            return null;
        });
        assertEquals(2L, numbers.receive());
        assertEquals("three", texts.receive(1, TimeUnit.SECONDS));
        assertThrows(CodecException.class, texts::receive);
        mine.shutdown();
        mine.shutdown();
        assertTrue(theirs.isShutDown());
        assertThrows(IllegalStateException.class, () -> texts.send("six"));
        assertThrows(IllegalStateException.class, () -> mine.trySend(bytes("six")));
        assertEquals("five", texts.receive());
        assertNull(texts.receive());
        assertFalse(mine.receive((memory, offset, length) -> {}));
        assertFalse(mine.peek((memory, offset, length) -> {}, 1, TimeUnit.HOURS));
    }

    @Test
    void whoWaitsForAMessageIsToldOfTheEndAndOfInterrupts() throws Exception {
        final SharedChannel mine = manager().channel("c", options(false));
        final SharedChannel theirs = other().channel("c", options(false));
        final FutureTask<Object> waiter = new FutureTask<>(() -> mine.receive((memory, offset, length) -> {}));
        RemoteCollectionsContract.interruptible(waiter);
        Eventually.holds("somebody receives", theirs::hasReceiver);
        theirs.shutdown();
        assertEquals(false, waiter.get(60, TimeUnit.SECONDS));
        final SharedChannel another = manager().channel("d", options(false));
        final FutureTask<Object> interrupted = new FutureTask<>(() -> another.receive((memory, offset, length) -> {}));
        final Thread thread = RemoteCollectionsContract.interruptible(interrupted);
        Eventually.holds("somebody receives", another::hasReceiver);
        thread.interrupt();
        final ExecutionException failure =
                assertThrows(ExecutionException.class, () -> interrupted.get(60, TimeUnit.SECONDS));
        assertEquals(InterruptedException.class, failure.getCause().getClass());
    }

    @Test
    void aTopicGivesEachSubscriberWhatWasPublishedSince() throws Exception {
        final SharedTopic<String> mine = manager().topic("t", String.class, 1024);
        final SharedTopic<String> theirs = other().topic("t", String.class, 1024);
        assertEquals(theirs.maxValueBytes(), mine.maxValueBytes());
        theirs.publish("before");
        final SharedTopic.Subscription<String> first = mine.subscribe();
        final SharedTopic.Subscription<String> second = mine.subscribe();
        assertNull(first.poll());
        assertNull(first.receive(60, TimeUnit.MILLISECONDS));
        theirs.publish("a");
        mine.publish("b");
        assertEquals("a", first.poll());
        assertEquals("b", first.receive());
        assertEquals("a", second.receive(1, TimeUnit.SECONDS));
        assertNull(first.poll());
        final int many = 200;
        for (int i = 0; i < many; i++) {
            theirs.publish("value " + i);
        }
        assertEquals("value " + (many - 1), first.poll());
        assertEquals(many - 1, first.lost());
        assertEquals(0, second.lost());
        final FutureTask<Object> waiter = new FutureTask<>(first::receive);
        Thread.ofPlatform().daemon().start(waiter);
        theirs.publish("for who waits");
        assertEquals("for who waits", waiter.get(60, TimeUnit.SECONDS));
        assertThrows(IllegalArgumentException.class, () -> mine.publish("x".repeat(200)));
        assertNull(first.poll());
    }

    @Test
    void aTopicEndsBehindTheLastValue() throws Exception {
        final SharedTopic<String> mine = manager().topic("t", String.class, 1024);
        final SharedTopic.Subscription<String> subscription = mine.subscribe();
        other().topic("t", Long.class, 1024).publish(5L);
        mine.publish("last");
        assertThrows(CodecException.class, subscription::poll);
        final SharedTopic.Subscription<String> late = mine.subscribe();
        final FutureTask<Object> waiter = new FutureTask<>(late::receive);
        Thread.ofPlatform().daemon().start(waiter);
        assertFalse(mine.isShutDown());
        other().topic("t", String.class, 1024).shutdown();
        assertTrue(mine.isShutDown());
        assertNull(waiter.get(60, TimeUnit.SECONDS));
        assertEquals("last", subscription.receive());
        assertNull(subscription.receive());
        assertNull(subscription.receive());
        assertThrows(IllegalStateException.class, () -> mine.publish("more"));
    }
}
