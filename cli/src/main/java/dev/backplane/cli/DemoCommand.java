package dev.backplane.cli;

import dev.backplane.Manager;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.pool.ProcessPool;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `backplane demo`: a short tour in four JVMs.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "A guided tour in four JVMs: a shared counter, a lock whose holder is killed, an array in place.")
final class DemoCommand implements Callable<Integer> {
    private static final int JVMS = 4;
    private static final long ADDITIONS = 1_000_000;
    private static final long ELEMENTS = 10_000_000;
    private static final double NANOS_PER_MILLI = 1e6;

    private final PrintStream out = Output.standard();

    @Override
    public Integer call() throws IOException, InterruptedException {
        final long start = System.nanoTime();
        final Path path = Segment.pathOf("demo-" + ProcessHandle.current().pid());
        try (Manager manager = Manager.open(path, SegmentOptions.defaults().withLabel("demo"))) {
            say("A segment is a memory-mapped file. This one is " + path + ";");
            say("while the tour runs, `./backplane inspect " + path.getFileName() + "` shows what is in it.");
            counter(manager);
            lock(manager);
            array(manager);
        } finally {
            Segment.delete(path);
        }
        say("");
        say("That was all, in " + since(start) + ": the segment is deleted, the JVMs have ended.");
        return 0;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    private void counter(Manager manager) throws IOException, InterruptedException {
        say("");
        say("1. " + JVMS + " JVMs add to one counter, " + ADDITIONS + " times each.");
        final SharedLong counter = manager.longValue("counter");
        final long start = System.nanoTime();
        final List<JvmProcess> children = new ArrayList<>();
        for (int i = 0; i < JVMS; i++) {
            children.add(JvmProcess.start(() -> {
                for (long n = 0; n < ADDITIONS; n++) {
                    counter.getAndAdd(1);
                }
            }));
        }
        for (JvmProcess child : children) {
            final int code = child.join();
            if (code != 0) {
                throw new IOException(child + " failed");
            }
        }
        say("   The counter is " + counter.get() + ", expected " + JVMS * ADDITIONS + ". " + since(start)
                + ", the JVMs' start included.");
        say("   It shows: a number is eight bytes that all of them map, and each addition is atomic across JVMs.");
    }

    private void lock(Manager manager) throws IOException, InterruptedException {
        say("");
        say("2. A JVM takes a lock and is killed with kill -9 while it holds it.");
        final SharedLock lock = manager.lock("lock");
        final SharedLong held = manager.longValue("held");
        try (JvmProcess holder = JvmProcess.start(() -> {
            lock.lock();
            held.set(1);
            while (held.get() == 1) {
                Thread.onSpinWait();
            }
        })) {
            while (held.get() == 0 && holder.isAlive()) {
                Thread.onSpinWait();
            }
            say("   Held by " + lock.owner().map(owner -> "pid " + owner.pid()).orElse("nobody") + ". Killing it.");
            final long start = System.nanoTime();
            holder.kill();
            say("   " + since(start, tells(lock))
                    + " later, lock() throws OwnerDiedException: what it guards may be half changed.");
            final boolean abandoned = lock.recover();
            lock.unlock();
            say("   recover() says " + abandoned + "; after unlock() the lock works as before.");
            say("   It shows: the dead keep no locks, and whoever comes next is told, not left to guess.");
        }
    }

    /// When lock() told of the owner's death.
    private static long tells(SharedLock lock) throws IOException {
        try {
            lock.lock();
        } catch (OwnerDiedException _) {
            return System.nanoTime();
        }
        lock.unlock();
        throw new IOException("the lock's holder ended before it was killed");
    }

    private void array(Manager manager) throws IOException, InterruptedException {
        say("");
        say("3. " + JVMS + " JVMs map an array of " + ELEMENTS + " doubles in place: only handles travel.");
        final SharedDoubleArray array = manager.doubleArray("array", ELEMENTS);
        try (ProcessPool pool = ProcessPool.of(JVMS)) {
            // So that the workers have started and what is timed is the work.
            pool.map(Collections.nCopies(JVMS, 0), ready -> ready);
            final long start = System.nanoTime();
            final List<Double> sums = pool.mapSlices(array, JVMS, slice -> {
                double sum = 0;
                for (long i = 0; i < slice.length(); i++) {
                    slice.set(i, 0.5);
                    sum += slice.get(i);
                }
                return sum;
            });
            final double total = sums.stream().mapToDouble(Double::doubleValue).sum();
            say(String.format(Locale.ROOT, "   Each element is 0.5 now; the sum is %.1f. %s.", total, since(start)));
            say("   It shows: " + Bytes.format(array.byteLength())
                    + " were written and read by all, and copied by none.");
        }
    }

    private static String since(long startNanos) {
        return since(startNanos, System.nanoTime());
    }

    private static String since(long startNanos, long endNanos) {
        return String.format(Locale.ROOT, "%.1f ms", (endNanos - startNanos) / NANOS_PER_MILLI);
    }
}
