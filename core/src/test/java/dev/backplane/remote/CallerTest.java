package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a caller remembers.
final class CallerTest {
    private static final int MANY = 1000;
    private static final int FEW = 64;

    /// One that counts by whom it is given back.
    ///
    /// @param held whether callers have something of it
    /// @param released counts
    private record Counted(int number, boolean held, AtomicInteger released) implements Referent {
        @Override
        public String typeId() {
            return "Counted";
        }

        @Override
        public List<String> exposed() {
            return List.of();
        }

        @Override
        public @Nullable Object call(
                String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller) {
            return null;
        }

        @Override
        public boolean isHeldBy(Caller caller) {
            return held;
        }

        @Override
        public void release(Caller caller) {
            released.incrementAndGet();
        }
    }

    @Test
    void whatNothingIsHeldOfIsForgotten() {
        final TestCaller caller = new TestCaller();
        final AtomicInteger held = new AtomicInteger();
        final AtomicInteger notHeld = new AtomicInteger();
        for (int i = 0; i < MANY; i++) {
            caller.holds(new Counted(i, false, notHeld));
            caller.holds(new Counted(i, i % 100 == 0, i % 100 == 0 ? held : notHeld));
        }
        caller.releaseAll();
        assertEquals(MANY / 100, held.get());
        assertTrue(notHeld.get() < FEW, () -> notHeld + " are remembered");
    }

    @Test
    void locksSemaphoresAndQueuesSayWhetherTheyAreHeld() throws Exception {
        final TestCaller caller = new TestCaller();
        final Arguments none = new Arguments("create", List.of(), Map.of());
        final Referent lock = new LockReferent(false);
        final Referent semaphore = SemaphoreReferent.create(false, none);
        final Referent queue = new QueueReferent(true, 0);
        caller.call(queue, "put", "item");
        for (Referent referent : List.of(lock, semaphore, queue)) {
            assertEquals(false, referent.isHeldBy(caller));
            caller.call(referent, referent.equals(queue) ? "get" : "acquire");
            assertEquals(true, referent.isHeldBy(caller));
            assertEquals(false, referent.isHeldBy(new TestCaller()));
            caller.call(referent, referent.equals(queue) ? "task_done" : "release");
            assertEquals(false, referent.isHeldBy(caller));
        }
    }
}
