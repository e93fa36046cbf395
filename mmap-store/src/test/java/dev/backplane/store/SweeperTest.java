package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Who is swept while others come, leave and die.
final class SweeperTest {
    private static final SegmentOptions OPTIONS = StepVictim.OPTIONS.withParticipants(4);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Segment create(Steps steps, SegmentOptions options) throws IOException {
        return new SegmentFactory(Platform.current(), steps).create(directory.resolve("segment"), options);
    }

    private static Steps at(String step, Runnable what) {
        final AtomicBoolean done = new AtomicBoolean();
        return reached -> {
            if (reached.equals(step) && !done.getAndSet(true)) {
                what.run();
            }
        };
    }

    /// A file of which it is asked only who is alive, with something that happens before each answer.
    private static SegmentFile asked(SegmentFile file, LongConsumer before) {
        return (SegmentFile) Proxy.newProxyInstance(
                SegmentFile.class.getClassLoader(), new Class<?>[] {SegmentFile.class}, (_, method, arguments) -> {
                    before.accept((long) arguments[0]);
                    return method.invoke(file, arguments);
                });
    }

    @Test
    void whoLeavesWhileItIsAskedForIsNotDead() throws IOException {
        try (Segment segment = create(Steps.NONE, OPTIONS)) {
            final Segment leaving = Segment.open(segment.path(), OPTIONS);
            final SegmentFile file = asked(segment.file, position -> {
                if (position == SegmentLayout.HEADER_BYTES + OwnerWord.slotOf(leaving.self())) {
                    closeQuietly(leaving);
                }
            });
            final Participants participants = new Participants(
                    segment.memory(),
                    SegmentLayout.Geometry.of(OPTIONS.sizeBytes(), OPTIONS.participants(), OPTIONS.objects()),
                    file);
            assertEquals(List.of(), participants.dead());
            assertTrue(leaving.isClosed());
        }
    }

    private static void closeQuietly(Segment segment) {
        try {
            segment.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoDiesWhileOneSweepsIsSweptByThatOne() throws IOException {
        Abandonment.assumeSeen();
        final List<Segment> others = new ArrayList<>();
        final Steps steps = at("sweep: slot free", () -> {
            Abandonment.of(others.get(1));
            others.get(2).sweepDeadUnlessOthersDo();
            assertFalse(others.get(2).participants().dead().isEmpty(), "it leaves that to who sweeps");
        });
        try (Segment sweeper = create(steps, OPTIONS)) {
            for (int i = 0; i < 3; i++) {
                others.add(Segment.open(sweeper.path(), OPTIONS));
            }
            Abandonment.of(others.getFirst());
            assertEquals(2, sweeper.sweepDead());
            others.getLast().close();
            Invariants.check(sweeper);
        }
    }

    /// The dead one had the newcomer's process id, as where each JVM is the first process of a container.
    @Test
    void aNewcomerKeepsThePlaceOfADeadOneThatIsSweptMeanwhile() throws Exception {
        Abandonment.assumeSeen();
        final CountDownLatch claimed = new CountDownLatch(1);
        final SegmentFactory newcomers =
                new SegmentFactory(Platform.current(), at("adopt: slot claimed", claimed::countDown));
        final SegmentOptions options = OPTIONS.withParticipants(2);
        final FutureTask<Segment> newcomer =
                new FutureTask<>(() -> newcomers.open(directory.resolve("segment"), options));
        final Steps steps = at("sweep: object pinned", () -> {
            Thread.ofPlatform().start(newcomer);
            awaitQuietly(claimed);
        });
        try (Segment sweeper = create(steps, options)) {
            final Segment victim = Segment.open(sweeper.path(), options);
            victim.catalog().createOrAttach(new ObjectSpec("x", 1, 1, 64, 0, 0), memory -> {});
            Abandonment.of(victim);
            assertEquals(0, sweeper.sweepDead(), "it is the newcomer's");
            newcomer.get().close();
            Invariants.check(sweeper);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
