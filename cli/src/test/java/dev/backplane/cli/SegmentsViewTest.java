package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.SharedLock;
import dev.backplane.SharedQueue;
import dev.backplane.SharedValue;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.SegmentView;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What `top` shows of segments, look by look.
final class SegmentsViewTest {
    private static final long SECOND = 1_000_000_000;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final SegmentsView view = new SegmentsView();

    private List<String> look(Path path, long nowNanos) throws IOException {
        try (SegmentView segment = SegmentView.open(path)) {
            final List<String> lines = view.lines(List.of(segment), nowNanos);
            assertTrue(lines.stream().allMatch(line -> line.length() <= 80), lines::toString);
            return lines;
        }
    }

    private static void expect(List<String> lines, String pattern) {
        assertTrue(lines.stream().anyMatch(line -> line.matches(pattern)), () -> pattern + " in " + lines);
    }

    @Test
    void ratesAndAgesAreOfTheTimeBetweenLooks() throws Exception {
        final Path path = directory.resolve("segment");
        final SegmentOptions options = SegmentOptions.defaults().withLabel("a label that is longer".repeat(4));
        try (Manager manager = Manager.open(path, options)) {
            final SharedQueue<Long> queue = manager.queue("a queue with a name that is too long", 8192);
            final SharedValue<String> value = manager.value("value", String.class, 100);
            final SharedLock lock = manager.lock("lock");
            final List<String> first = look(path, 0);
            expect(first, "segment  1 alive, 0 dead, 3 objects, .* used");
            expect(first, "0 +\\d+ +alive +\\S+ +a label that is .*…");
            expect(first, "a queue with a na… +queue +0 +8192 +- +-");
            expect(first, "1 lock or the like is free, and nobody waits");
            for (long i = 0; i < 5000; i++) {
                queue.put(i);
            }
            for (int i = 0; i < 50; i++) {
                queue.take();
                value.set("version " + i);
            }
            lock.lock();
            try {
                final List<String> second = look(path, 2 * SECOND);
                expect(second, "a queue with a na… +queue +4950 +8192 +2.5k +25");
                expect(second, "value +value +- +- +25 +-");
                expect(second, "lock +lock +pid \\d+ \\(a labe.* 1 +- +-");
                expect(look(path, 7 * SECOND), "lock +lock +pid \\d+ \\(a labe.* 1 +>5.0s +-");
            } finally {
                lock.unlock();
            }
            expect(look(path, 8 * SECOND), "1 lock or the like is free, and nobody waits");
        }
    }

    @Test
    @SuppressWarnings("LockNotBeforeTry") // Nothing can come between.
    void waitersAreCountedWhereTheyAre() throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager manager = Manager.open(path);
                Manager other = Manager.open(path)) {
            final SharedLock fair = manager.lock("fair", LockOptions.defaults().asFair());
            final SharedLock theirs = other.lock("fair", LockOptions.defaults().asFair());
            fair.lock();
            final Thread waiter = Thread.ofPlatform().start(() -> {
                theirs.lock();
                theirs.unlock();
            });
            try {
                Eventually.holds("one is in line", () -> shows(path, "fair +fair lock +pid .* 1 +\\S+ +1 process.*"));
                final long seen = System.nanoTime();
                expect(look(path, seen), "fair +fair lock +pid .* 1 +\\S+ +1 process.*");
                expect(look(path, seen + 7200 * SECOND), "fair +fair lock +pid .* 1 +>2h +1 process >2h");
            } finally {
                fair.unlock();
            }
            waiter.join();
        }
    }

    private boolean shows(Path path, String pattern) {
        try {
            return look(path, System.nanoTime()).stream().anyMatch(line -> line.matches(pattern));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
