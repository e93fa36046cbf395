package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedChannel;
import dev.backplane.SharedLongArray;
import dev.backplane.SharedSemaphore;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ends of pipes that change hands while somebody looks whether anybody has them.
@NullUnmarked
final class PipeEndTest {
    private Manager manager;
    private SharedChannel toLeft;
    private SharedChannel toRight;
    private SharedLongArray counts;
    private SharedSemaphore ofLeft;
    private SharedSemaphore ofRight;
    private PipeEnd giver;
    private PipeEnd taker;

    @BeforeEach
    void open() throws IOException {
        manager = Manager.anonymous("pipe", SegmentOptions.defaults());
        toLeft = manager.channel("to-left", ChannelOptions.oneToOne(1 << 16));
        toRight = manager.channel("to-right", ChannelOptions.oneToOne(1 << 16));
        counts = manager.longArray("counts", PipeEnd.COUNTS);
        final SemaphoreOptions holders =
                SemaphoreOptions.permits(PipeEnd.MOST_HOLDERS).asOwned();
        ofLeft = manager.semaphore("left", holders);
        ofRight = manager.semaphore("right", holders);
        giver = left(ofLeft);
        taker = left(ofLeft);
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    private PipeEnd left(SharedSemaphore holders) {
        return new PipeEnd(toLeft, toRight, holders, ofRight, counts, PipeEnd.LEFT);
    }

    /// The left end arrives, as far as shared memory tells.
    private void arrive() {
        taker.take();
        counts.getAndAdd(2L * PipeEnd.LEFT + 1, -1);
    }

    /// Does something as soon as somebody has looked at the permits, the first time.
    private static SharedSemaphore when(SharedSemaphore holders, Runnable looked) {
        final boolean[] done = {false};
        return (SharedSemaphore) Proxy.newProxyInstance(
                PipeEndTest.class.getClassLoader(), new Class<?>[] {SharedSemaphore.class}, (_, method, args) -> {
                    final Object result = method.invoke(holders, args);
                    if (method.getName().equals("availablePermits") && !done[0]) {
                        done[0] = true;
                        looked.run();
                    }
                    return result;
                });
    }

    private List<Boolean> ended() {
        return List.of(toLeft.isShutDown(), toRight.isShutDown());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEndThatArrivesWhileItsGiverClosesStaysOpen(boolean giverHadIt) {
        if (giverHadIt) {
            giver.take();
        }
        giver.sent();
        left(when(ofLeft, this::arrive)).giveUp(giverHadIt);
        assertEquals(List.of(false, false), ended());
        taker.giveUp(true);
        assertEquals(List.of(true, true), ended());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEndThatArrivesAndIsClosedWhileItsGiverClosesIsEnded(boolean giverHadIt) {
        if (giverHadIt) {
            giver.take();
        }
        giver.sent();
        left(when(ofLeft, () -> {
                    arrive();
                    taker.giveUp(true);
                }))
                .giveUp(giverHadIt);
        assertEquals(List.of(true, true), ended());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEndThatArrivesWhileTheOtherLooksIsNotGone(boolean isGivenOn) {
        final SharedSemaphore arriving = when(ofLeft, () -> {
            arrive();
            if (isGivenOn) {
                taker.sent();
                taker.giveUp(true);
            }
        });
        final PipeEnd right = new PipeEnd(toRight, toLeft, ofRight, arriving, counts, PipeEnd.RIGHT);
        giver.take();
        giver.sent();
        giver.giveUp(true);
        assertFalse(right.otherIsGone());
        assertFalse(right.otherIsGone());
        if (isGivenOn) {
            arrive();
        }
        taker.giveUp(true);
        assertTrue(right.otherIsGone());
    }
}
