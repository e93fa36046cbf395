package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedDouble;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedFloatArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Values, arrays, slices and locks go to another JVM as handles, and are the same objects there.
final class HandlesJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @Test
    void everyTypeArrivesAttached() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"))) {
            exchange(manager);
        }
    }

    @Test
    void objectsWithoutANamedSegmentArriveToo() throws Exception {
        try (Manager manager = Manager.anonymous("test", SegmentOptions.defaults())) {
            exchange(manager);
        }
    }

    private static void exchange(Manager manager) throws IOException, InterruptedException {
        final SharedLong number = manager.longValue("long");
        final SharedDouble real = manager.doubleValue("double");
        final SharedBoolean truth = manager.booleanValue("boolean");
        final SharedLock lock = manager.lock("lock");
        final SharedByteArray bytes = manager.byteArray("bytes", 9).slice(5, 8);
        final SharedIntArray ints = manager.intArray("ints", 9).slice(3, 9).slice(1, 3);
        final SharedLongArray longs = manager.longArray("longs", 9);
        final SharedFloatArray floats = manager.floatArray("floats", 9).slice(8, 9);
        final SharedDoubleArray doubles = manager.doubleArray("doubles", 9).slice(0, 1);
        lock.lock();
        try (JvmProcess child = JvmProcess.start(() -> {
            number.set(lock.tryLock() ? -1 : 1);
            real.set((double) bytes.length() + ints.length() + longs.length() + floats.length() + doubles.length());
            truth.set(true);
            bytes.fill((byte) 2);
            ints.fill(3);
            longs.set(8, 4);
            floats.set(0, 5);
            doubles.set(0, 6);
        })) {
            assertEquals(0, child.join());
        } finally {
            lock.unlock();
        }
        assertEquals(1, number.get(), "the other JVM finds the lock held");
        assertEquals(3 + 2 + 9 + 1 + 1, real.get());
        assertTrue(truth.get());
        assertFalse(lock.isLocked());
        assertArrayEquals(
                new byte[] {0, 0, 0, 0, 0, 2, 2, 2, 0},
                manager.byteArray("bytes", 9).toArray());
        assertArrayEquals(
                new int[] {0, 0, 0, 0, 3, 3, 0, 0, 0},
                manager.intArray("ints", 9).toArray());
        assertEquals(4, longs.get(8));
        assertEquals(5, manager.floatArray("floats", 9).get(8));
        assertEquals(6, manager.doubleArray("doubles", 9).get(0));
        assertEquals(
                List.of("boolean", "bytes", "double", "doubles", "floats", "ints", "lock", "long", "longs"),
                manager.names().stream().sorted().toList());
    }
}
