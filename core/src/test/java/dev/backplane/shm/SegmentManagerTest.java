package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.ManagerProvider;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedDouble;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedFloatArray;
import dev.backplane.SharedHandle;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import dev.backplane.SharedObject;
import dev.backplane.codec.JavaSerialization;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two managers of one JVM stand for two processes: each has a mapping and a participant's slot of its own.
final class SegmentManagerTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager mine;
    private Manager theirs;

    @BeforeEach
    void open() throws IOException {
        mine = Manager.open(directory.resolve("segment"));
        theirs = Manager.open(directory.resolve("segment"));
    }

    @AfterEach
    void close() throws IOException {
        mine.close();
        theirs.close();
    }

    @Test
    void longsAreShared() throws IOException {
        final SharedLong one = mine.longValue("x");
        final SharedLong other = theirs.longValue("x");
        assertEquals(0, one.get());
        one.set(5);
        assertEquals(5, other.get());
        assertEquals(5, other.getAndAdd(2));
        assertEquals(7, one.getAcquire());
        one.setRelease(8);
        assertEquals(8, other.getAndSet(9));
        assertTrue(one.compareAndSet(9, 10));
        assertFalse(one.compareAndSet(9, 11));
        assertEquals(11, other.incrementAndGet());
        assertEquals(11, other.getAndIncrement());
        assertEquals(11, other.decrementAndGet());
        assertEquals(22, one.updateAndGet(x -> x * 2));
        assertEquals(25, one.accumulateAndGet(3, Long::sum));
        assertEquals(26, one.addAndGet(1));
        assertEquals("x", other.name());
    }

    @Test
    void doublesAndBooleansAreShared() throws IOException {
        final SharedDouble one = mine.doubleValue("d");
        final SharedDouble other = theirs.doubleValue("d");
        one.set(1.5);
        assertEquals(1.5, other.getAndAdd(0.25));
        assertEquals(1.75, one.get());
        assertTrue(other.compareAndSet(1.75, Double.NaN));
        assertTrue(one.compareAndSet(Double.NaN, -0.0));
        assertFalse(one.compareAndSet(0.0, 1.0), "compared bit for bit");
        assertEquals(-0.0, one.getAndSet(3));
        assertEquals(6, other.updateAndGet(x -> x + 3));
        final SharedBoolean flag = mine.booleanValue("b");
        assertFalse(flag.get());
        assertFalse(flag.getAndSet(true));
        assertTrue(theirs.booleanValue("b").get());
        assertTrue(flag.compareAndSet(true, false));
        flag.setRelease(true);
        assertTrue(theirs.booleanValue("b").getAcquire());
    }

    @Test
    void everyArrayTypeHasEveryAccessMode() throws IOException {
        final SharedIntArray ints = mine.intArray("i", 10);
        ints.set(3, 4);
        ints.setRelease(4, 5);
        ints.setVolatile(5, 6);
        assertEquals(4, theirs.intArray("i", 10).get(3));
        assertEquals(5, theirs.intArray("i", 10).getAcquire(4));
        assertEquals(6, theirs.intArray("i", 10).getVolatile(5));
        assertTrue(ints.compareAndSet(3, 4, 7));
        assertFalse(ints.compareAndSet(3, 4, 8));
        assertEquals(7, ints.getAndSet(3, 9));
        assertEquals(9, ints.getAndAdd(3, -1));
        assertEquals(8, ints.get(3));

        final SharedLongArray longs = mine.longArray("l", 10);
        longs.fill(Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE, longs.getAndAdd(9, 1));
        assertEquals(Long.MIN_VALUE, longs.getVolatile(9));
        assertTrue(longs.compareAndSet(0, Long.MAX_VALUE, 1));
        assertEquals(1, longs.getAndSet(0, 2));

        final SharedFloatArray floats = mine.floatArray("f", 3);
        floats.setVolatile(0, 1.5f);
        assertEquals(1.5f, floats.getAndAdd(0, 1f));
        assertEquals(2.5f, floats.getAndSet(0, 0f));
        assertTrue(floats.compareAndSet(0, 0f, Float.NaN));
        assertTrue(floats.compareAndSet(0, Float.NaN, 1f));

        final SharedDoubleArray doubles = mine.doubleArray("d", 3);
        doubles.setRelease(2, 0.5);
        assertEquals(0.5, doubles.getAndAdd(2, 0.25));
        assertEquals(0.75, doubles.getAcquire(2));
        assertEquals(0.75, doubles.getAndSet(2, 1));
        assertTrue(doubles.compareAndSet(2, 1, 2));
    }

    @Test
    void bytesOfOneWordChangeIndependently() throws Exception {
        final int rounds = 20_000;
        final SharedByteArray bytes = mine.byteArray("b", 7);
        final SharedByteArray others = theirs.byteArray("b", 7);
        try (var threads = Executors.newFixedThreadPool(2)) {
            final List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                final SharedByteArray array = thread == 0 ? bytes : others;
                final long index = 5L + thread;
                running.add(threads.submit(() -> {
                    for (int i = 0; i < rounds; i++) {
                        array.getAndAdd(index, (byte) 1);
                        array.getAndAdd(4, (byte) 1);
                    }
                }));
            }
            for (Future<?> done : running) {
                done.get();
            }
        }
        assertEquals((byte) rounds, bytes.get(5));
        assertEquals((byte) rounds, bytes.get(6));
        assertEquals((byte) (2 * rounds), bytes.get(4));
        assertTrue(bytes.compareAndSet(6, (byte) rounds, (byte) -1));
        assertEquals((byte) -1, others.getAndSet(6, (byte) 3));
        final SharedByteArray slice = bytes.slice(5, 7);
        assertTrue(slice.compareAndSet(1, (byte) 3, (byte) 4));
        assertEquals((byte) 4, others.get(6));
    }

    @Test
    void indicesOutOfBoundsAreRefusedWithIndexAndLength() throws IOException {
        final SharedDoubleArray array = mine.doubleArray("d", 100).slice(10, 20);
        for (long index : new long[] {-1, 10, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 61}) {
            Refusal.of(IndexOutOfBoundsException.class, () -> array.get(index), Long.toString(index), "10");
            assertThrows(IndexOutOfBoundsException.class, () -> array.set(index, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> array.getAcquire(index));
            assertThrows(IndexOutOfBoundsException.class, () -> array.setVolatile(index, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> array.compareAndSet(index, 0, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> array.getAndAdd(index, 1));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> array.slice(5, 11));
        assertThrows(IndexOutOfBoundsException.class, () -> array.slice(5, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> array.copyTo(5, new double[10], 0, 6));
        assertThrows(IndexOutOfBoundsException.class, () -> array.copyFrom(0, new double[2], 1, 2));
        assertEquals(0, mine.doubleArray("d", 100).get(20));
    }

    @Test
    void arraysAreCopiedInBulkAndSeenAsMemory() throws IOException {
        final SharedDoubleArray array = mine.doubleArray("d", 6);
        array.copyFrom(1, new double[] {1, 2, 3, 4}, 1, 3);
        assertArrayEquals(
                new double[] {0, 2, 3, 4, 0, 0}, theirs.doubleArray("d", 6).toArray());
        final double[] part = new double[4];
        array.slice(2, 6).copyTo(0, part, 1, 3);
        assertArrayEquals(new double[] {0, 3, 4, 0}, part);
        assertEquals(48, array.byteLength());
        assertEquals(3, array.asSegment().getAtIndex(ValueLayout.JAVA_DOUBLE, 2));
        assertThrows(IllegalArgumentException.class, () -> array.asSegment().setAtIndex(ValueLayout.JAVA_DOUBLE, 2, 1));
        array.slice(1, 2).asWritableSegment().setAtIndex(ValueLayout.JAVA_DOUBLE, 0, 7);
        assertEquals(7, array.get(1));
        array.fill(2.5);
        array.slice(0, 3).clear();
        assertArrayEquals(new double[] {0, 0, 0, 2.5, 2.5, 2.5}, array.toArray());
    }

    @Test
    void namesOfOtherTypesAndLengthsAreRefused() throws IOException {
        mine.doubleArray("d", 6);
        Refusal.of(SegmentException.class, () -> theirs.longArray("d", 6), "type 8", "type 6");
        Refusal.of(SegmentException.class, () -> theirs.doubleArray("d", 7), "48 bytes", "56 bytes");
        Refusal.of(IllegalArgumentException.class, () -> mine.byteArray("b", 0), "0");
        Refusal.of(IllegalArgumentException.class, () -> mine.byteArray("b", -5), "-5");
        Refusal.of(IllegalArgumentException.class, () -> mine.longArray("b", Long.MAX_VALUE), "9223372036854775807");
        assertEquals(List.of("d"), mine.names());
    }

    @Test
    void objectsAreFoundByNameWhateverTheirType() throws IOException {
        mine.longValue("l").set(3);
        mine.doubleArray("d", 4);
        mine.lock("k");
        assertEquals(3, assertInstanceOf(SharedLong.class, theirs.attach("l")).get());
        assertEquals(
                4, assertInstanceOf(SharedDoubleArray.class, theirs.attach("d")).length());
        assertThrows(NoSuchElementException.class, () -> theirs.attach("nothing"));
        assertTrue(mine.remove("l"));
        assertFalse(mine.remove("l"));
        assertThrows(NoSuchElementException.class, () -> theirs.attach("l"));
    }

    @Test
    void objectsSerializeAsHandles() throws IOException {
        final SharedDoubleArray array = mine.doubleArray("d", 1000);
        array.set(17, 4.5);
        final byte[] bytes = JavaSerialization.serialize(array.slice(10, 20));
        assertTrue(bytes.length < 1000, "the contents do not travel");
        final SharedDoubleArray read = assertInstanceOf(
                SharedDoubleArray.class,
                JavaSerialization.deserialize(bytes, getClass().getClassLoader(), SerializationPolicy.standard()));
        assertEquals(10, read.length());
        assertEquals(4.5, read.get(7));
        read.set(0, 1);
        assertEquals(1, array.get(10));
        final SharedHandle handle = array.slice(10, 20).handle();
        assertEquals(handle, SharedHandle.parse(handle.toString()));
        assertThrows(IllegalArgumentException.class, () -> SharedHandle.parse("no handle"));
    }

    @Test
    void handlesOfRemovedObjectsAreRefused() throws IOException {
        final SharedHandle handle = mine.longValue("l").handle();
        mine.remove("l");
        assertThrows(NoSuchElementException.class, () -> ManagerProvider.local().attach(handle));
        mine.longValue("l");
        Refusal.of(NoSuchElementException.class, () -> ManagerProvider.local().attach(handle), "another");
    }

    @Test
    void oneJvmAttachesASegmentOnceForAllThatIsReadBack() throws IOException {
        final SharedObject lock = ManagerProvider.local().attach(mine.lock("k").handle());
        final SharedObject again = ManagerProvider.local().attach(mine.lock("k").handle());
        assertInstanceOf(SegmentLock.class, lock).lock();
        assertTrue(assertInstanceOf(SegmentLock.class, again).isHeldByCurrentThread());
        assertSame(
                assertInstanceOf(SegmentLock.class, lock).manager(),
                assertInstanceOf(SegmentLock.class, again).manager());
    }

    @Test
    void closedManagersRefuse() throws IOException {
        final SharedLong value = mine.longValue("l");
        final SharedDoubleArray array = mine.doubleArray("d", 5);
        mine.close();
        mine.close();
        assertThrows(IllegalStateException.class, value::get);
        assertThrows(IllegalStateException.class, () -> array.get(0));
        assertThrows(IllegalStateException.class, () -> mine.longValue("l"));
        assertThrows(IllegalStateException.class, () -> mine.remove("l"));
        assertThrows(IllegalStateException.class, mine::names);
        assertEquals(0, theirs.longValue("l").get());
    }

    @Test
    void anonymousSegmentsWork() throws IOException {
        try (Manager manager = Manager.anonymous("test", SegmentOptions.defaults())) {
            manager.longValue("x").set(5);
            final SharedLong read = assertInstanceOf(
                    SharedLong.class,
                    ManagerProvider.local().attach(manager.longValue("x").handle()));
            assertEquals(5, read.get());
        }
    }
}
