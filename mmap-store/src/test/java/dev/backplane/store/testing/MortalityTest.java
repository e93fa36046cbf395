package dev.backplane.store.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.IntField;
import dev.backplane.store.testing.Mortality.Killed;
import dev.backplane.store.testing.Mortality.Life;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/// What is made of a thread's stores when its life ends among them.
final class MortalityTest {
    private static final IntField FIELD = new IntField(0);

    private final MemorySegment memory = Arena.ofAuto().allocate(16, 8);

    private void store() {
        FIELD.getAndAdd(memory, 0, 1);
    }

    private int stores() {
        return FIELD.get(memory, 0);
    }

    @Test
    void anOperationIsCutOffBeforeEachOfItsStores() throws Exception {
        int lives = 0;
        while (Mortality.diesBefore(lives, () -> {
            store();
            store();
            store();
        })) {
            lives++;
        }
        assertEquals(3, lives);
        assertEquals(0 + 1 + 2 + 3, stores());
        store();
        assertEquals(7, stores(), "outside a life all is as ever");
    }

    @Test
    void nothingIsTidiedUpByTheDead() throws Exception {
        assertTrue(Mortality.diesBefore(1, () -> {
            try {
                store();
                store();
            } catch (Killed e) {
                assertThrows(Killed.class, this::store);
                throw new IllegalStateException("what nobody learns of", e);
            } finally {
                assertThrows(Killed.class, this::store);
            }
        }));
        assertEquals(1, stores());
    }

    @Test
    void whatTheLivingThrowIsThrown() {
        assertThrows(
                IllegalStateException.class,
                () -> Mortality.diesBefore(1, () -> {
                    store();
                    throw new IllegalStateException("the operation fails");
                }));
    }

    @Test
    void threadsShareALifeThatAnotherThreadEnds() throws Exception {
        final Life life = Life.endless();
        final CountDownLatch begun = new CountDownLatch(2);
        final CountDownLatch ended = new CountDownLatch(1);
        final FutureTask<Boolean> one = inLife(life, begun, ended);
        final FutureTask<Boolean> two = inLife(life, begun, ended);
        begun.await();
        assertEquals(2, stores());
        assertFalse(life.isOver());
        life.end();
        assertTrue(life.isOver());
        ended.countDown();
        assertTrue(one.get());
        assertTrue(two.get());
        assertEquals(2, stores());
    }

    private FutureTask<Boolean> inLife(Life life, CountDownLatch begun, CountDownLatch ended) {
        final FutureTask<Boolean> thread = new FutureTask<>(() -> life.cutsOff(() -> {
            store();
            begun.countDown();
            ended.await();
            store();
        }));
        Thread.ofPlatform().start(thread);
        return thread;
    }

    /// Halts with its second store.
    public static final class Victim {
        private Victim() {}

        /// Runs it.
        ///
        /// @param arguments none
        public static void main(String[] arguments) throws Exception {
            final MemorySegment memory = Arena.ofAuto().allocate(16, 8);
            Life.halting(1).cutsOff(() -> {
                FIELD.getAndAdd(memory, 0, 1);
                System.out.println("stored");
                FIELD.getAndAdd(memory, 0, 1);
                System.out.println("stored again");
            });
        }
    }

    @Test
    void aWholeJvmHalts() {
        try (Jvm jvm = Jvm.builder().mortal().fork(Victim.class)) {
            jvm.expect("stored");
            assertEquals(Mortality.HALTED, jvm.waitForExit());
            assertFalse(jvm.transcript().contains("out: stored again"));
        }
    }
}
