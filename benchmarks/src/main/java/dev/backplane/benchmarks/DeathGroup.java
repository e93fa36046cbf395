package dev.backplane.benchmarks;

import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.OwnerDeath;
import dev.backplane.QueueOptions;
import dev.backplane.SerializableRunnable;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedCondition;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLock;
import dev.backplane.SharedMap;
import dev.backplane.SharedOnce;
import dev.backplane.SharedQueue;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.cli.torture.TortureOptions;
import dev.backplane.cli.torture.TortureReport;
import dev.backplane.cli.torture.TortureRun;
import dev.backplane.codec.Codecs;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/// How long a process waits for what another one, killed by SIGKILL, had in its hands: from the kill until a thread
/// that has been waiting goes on. The kernel's work to end a JVM is part of it.
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // To get a lock is the end of what is timed; to be woken too.
final class DeathGroup implements Group {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double LIMIT_MILLIS = 200;
    private static final int FULL_TABLE = 256;
    private static final String NAME = "x";
    private static final int KILLS = 10;
    private static final int QUICK_KILLS = 1;
    private static final String LOCK = "SharedLock, its owner";
    private static final String QUEUE = "SharedQueue, a handler";

    /// What a quick run kills with a full table of participants.
    private static final Set<String> FEW = Set.of(LOCK, QUEUE);

    private static final int SECONDS = 60;
    private static final int QUICK_SECONDS = 5;
    private static final int WORKERS = 5;
    private static final int SEED = 1;

    @Override
    public String name() {
        return "death";
    }

    /// What a thread of this JVM does; a wait returns when it got what it is for, or learned what happened.
    private interface Wait {
        void go() throws Exception;
    }

    /// Who dies and who waits.
    ///
    /// @param victim takes something in the other JVM, sets the event and stays
    /// @param survivor runs here until that has died
    /// @param afterKill what this JVM does at once after the kill
    private record Roles(SerializableRunnable victim, Wait survivor, Wait afterKill) {
        Roles(SerializableRunnable victim, Wait survivor) {
            this(victim, survivor, () -> {});
        }
    }

    /// Makes the roles anew, in a segment with nothing else in it.
    private interface Scene {
        Roles of(Manager manager, SharedEvent held) throws IOException;
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final Map<String, Scene> scenes = scenes();
        final int kills = quick ? QUICK_KILLS : KILLS;
        final List<Row> rows = new ArrayList<>();
        for (Map.Entry<String, Scene> scene : scenes.entrySet()) {
            rows.add(row(scene.getKey(), kills, 2, scene.getValue()));
        }
        for (Map.Entry<String, Scene> scene : scenes.entrySet()) {
            if (!quick || FEW.contains(scene.getKey())) {
                rows.add(row(scene.getKey(), kills, FULL_TABLE, scene.getValue()));
            }
        }
        rows.add(torture(quick));
        return rows;
    }

    private static Map<String, Scene> scenes() {
        final Map<String, Scene> scenes = new LinkedHashMap<>();
        scenes.put(LOCK, (manager, held) -> lock(manager, held, LockOptions.defaults()));
        scenes.put(
                "fair SharedLock, its owner",
                (manager, held) -> lock(manager, held, LockOptions.defaults().asFair()));
        scenes.put("SharedReadWriteLock, its writer", DeathGroup::writer);
        scenes.put("SharedReadWriteLock, a reader", DeathGroup::reader);
        scenes.put("SharedSemaphore, who has its permit", DeathGroup::semaphore);
        scenes.put("SharedCondition, who was signalled", DeathGroup::condition);
        scenes.put("SharedBarrier, a party", DeathGroup::barrier);
        scenes.put("SharedOnce, its initialiser", DeathGroup::once);
        scenes.put(QUEUE, DeathGroup::queue);
        scenes.put("SharedMap, in compute", DeathGroup::map);
        return scenes;
    }

    /// Kills at random moments, and an oracle outside of the segment that counts what was lost, doubled or held twice.
    private static Row torture(boolean quick) throws IOException, InterruptedException {
        final TortureOptions options = quick
                ? new TortureOptions(QUICK_SECONDS, TortureOptions.MOST_KILLS, SEED, 2, List.of("lock", "queue"))
                : new TortureOptions(SECONDS, TortureOptions.MOST_KILLS, SEED, WORKERS, List.of());
        final Path parent = Path.of("/dev/shm");
        try (TortureRun run = TortureRun.prepare(options, Files.isWritable(parent) ? parent : Path.of("."))) {
            final TortureReport report = run.run(_ -> {});
            if (report.violationCount() > 0) {
                report.findings().forEach(System.err::println);
            }
            return new Row(
                    "killed at random moments, " + report.kills() + " times: "
                            + (quick ? "elements and locks" : "what is")
                            + " lost, doubled or held twice",
                    Figure.of((double) report.violationCount()),
                    "violations",
                    Row.Goal.atMost(0));
        }
    }

    private static Row row(String what, int kills, int participants, Scene scene) throws Exception {
        final List<Double> millis = new ArrayList<>();
        for (int kill = 0; kill < kills; kill++) {
            millis.add(nanosAfterDeath(scene, participants) / NANOS_PER_MILLI);
        }
        return new Row(
                "killed: " + what + "; " + participants + " participants, worst of " + kills,
                Figure.worst(millis),
                "ms",
                Row.Goal.atMost(LIMIT_MILLIS));
    }

    private static long nanosAfterDeath(Scene scene, int participants) throws Exception {
        final Path path = Segment.pathOf("bench-" + ProcessHandle.current().pid());
        final List<Manager> others = new ArrayList<>();
        try (Manager manager = Manager.open(path, SegmentOptions.defaults())) {
            final SharedEvent held = manager.event("held");
            final Roles roles = scene.of(manager, held);
            for (int i = 2; i < participants; i++) {
                others.add(Manager.open(path, SegmentOptions.defaults()));
            }
            try (JvmProcess victim = JvmProcess.start(roles.victim())) {
                held.await();
                final CountDownLatch begun = new CountDownLatch(1);
                final FutureTask<Long> end = new FutureTask<>(() -> {
                    begun.countDown();
                    roles.survivor().go();
                    return System.nanoTime();
                });
                Thread.ofPlatform().start(end);
                begun.await();
                final long start = System.nanoTime();
                victim.kill();
                roles.afterKill().go();
                return end.get() - start;
            }
        } finally {
            for (Manager other : others) {
                other.close();
            }
            Segment.delete(path);
        }
    }

    private static void stay(SharedEvent held) {
        held.set();
        while (true) {
            LockSupport.park();
        }
    }

    private static Roles lock(Manager manager, SharedEvent held, LockOptions options) throws IOException {
        final SharedLock lock = manager.lock(NAME, options.onOwnerDeath(OwnerDeath.ignore()));
        return new Roles(
                () -> {
                    lock.lock();
                    stay(held);
                },
                () -> {
                    lock.lock();
                    lock.unlock();
                });
    }

    private static Roles writer(Manager manager, SharedEvent held) throws IOException {
        final SharedReadWriteLock lock = manager.readWriteLock(NAME, OwnerDeath.ignore());
        return new Roles(
                () -> {
                    lock.writeLock().lock();
                    stay(held);
                },
                () -> {
                    lock.readLock().lock();
                    lock.readLock().unlock();
                });
    }

    private static Roles reader(Manager manager, SharedEvent held) throws IOException {
        final SharedReadWriteLock lock = manager.readWriteLock(NAME, OwnerDeath.ignore());
        return new Roles(
                () -> {
                    lock.readLock().lock();
                    stay(held);
                },
                () -> {
                    lock.writeLock().lock();
                    lock.writeLock().unlock();
                });
    }

    private static Roles semaphore(Manager manager, SharedEvent held) throws IOException {
        final SharedSemaphore semaphore = manager.semaphore(NAME, 1);
        return new Roles(
                () -> {
                    semaphore.acquireUninterruptibly();
                    stay(held);
                },
                semaphore::acquire);
    }

    /// Two threads wait here and one there. Two signals are given when that one is dead: its own comes to us.
    private static Roles condition(Manager manager, SharedEvent held) throws IOException {
        final SharedLock lock = manager.lock("lock", OwnerDeath.ignore());
        final SharedCondition condition = manager.condition(NAME, lock);
        final CountDownLatch waiting = new CountDownLatch(2);
        final Wait one = () -> {
            lock.lock();
            try {
                waiting.countDown();
                condition.await();
            } finally {
                lock.unlock();
            }
        };
        return new Roles(
                () -> {
                    lock.lock();
                    held.set();
                    condition.awaitUninterruptibly();
                },
                () -> {
                    final FutureTask<Void> other = new FutureTask<>(() -> {
                        one.go();
                        return null;
                    });
                    Thread.ofPlatform().start(other);
                    one.go();
                    other.get();
                },
                () -> {
                    waiting.await();
                    lock.lock();
                    try {
                        condition.signal();
                        condition.signal();
                    } finally {
                        lock.unlock();
                    }
                });
    }

    private static Roles barrier(Manager manager, SharedEvent held) throws IOException {
        final SharedBarrier barrier = manager.barrier(NAME, 3);
        return new Roles(
                () -> {
                    Thread.ofPlatform().start(() -> {
                        try {
                            barrier.await();
                        } catch (InterruptedException | BrokenBarrierException e) {
                            throw new IllegalStateException("nobody breaks it while this process lives", e);
                        }
                    });
                    while (barrier.getNumberWaiting() == 0) {
                        Thread.onSpinWait();
                    }
                    stay(held);
                },
                () -> {
                    try {
                        barrier.await();
                        throw new IllegalStateException("the barrier opened without its third party");
                    } catch (BrokenBarrierException _) {
                        // What a party learns.
                    }
                });
    }

    private static Roles once(Manager manager, SharedEvent held) throws IOException {
        final SharedOnce once = manager.once(NAME);
        return new Roles(() -> once.run(() -> stay(held)), () -> once.run(() -> {}));
    }

    private static Roles queue(Manager manager, SharedEvent held) throws IOException {
        final SharedQueue<Long> queue = manager.queue(NAME, QueueOptions.of(8, Codecs.of(Long.class)));
        queue.add(1L);
        return new Roles(() -> queue.receive((_, _, _) -> stay(held)), queue::take);
    }

    private static Roles map(Manager manager, SharedEvent held) throws IOException {
        final SharedMap<String, Long> map = manager.map(NAME, String.class, Long.class, 8);
        return new Roles(
                () -> map.compute(NAME, (_, _) -> {
                    stay(held);
                    return null;
                }),
                () -> map.put(NAME, 1L));
    }
}
