package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.SerializableCallable;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.PrintWriter;
import java.io.Serializable;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What tasks should not do, in one pool, which each must leave as it was.
@NullUnmarked // JUnit fills the pool.
final class PoolAbuseJvmTest {
    private static final int LARGE = 64 << 20;

    @TempDir
    static Path errors;

    private static ProcessPool pool;

    @BeforeAll
    static void start() throws IOException {
        pool = ProcessPool.builder()
                .workers(2)
                .retries(0)
                .stopGrace(Duration.ofMillis(50))
                .heap(4L * LARGE)
                .errorDirectory(errors)
                .start();
    }

    @AfterAll
    static void end() {
        pool.close();
    }

    /// Sends a signal to the worker that runs this.
    private static int signalled(String signal) throws IOException, InterruptedException {
        new ProcessBuilder(
                        "kill",
                        "-" + signal,
                        Long.toString(ProcessHandle.current().pid()))
                .start()
                .waitFor();
        Thread.sleep(Duration.ofDays(1));
        return 0;
    }

    private static int exiting(int how) {
        try {
            return switch (how) {
                case 1 -> signalled("KILL");
                case 2 -> signalled("SEGV");
                case 3 -> {
                    System.exit(3);
                    yield 0;
                }
                case 4 -> {
                    System.err.println("my last words");
                    Runtime.getRuntime().halt(4);
                    yield 0;
                }
                default -> how;
            };
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tasksThatEndTheirWorkersFailAloneAndSayHow() throws Exception {
        final Iterator<Integer> results = pool.imap(List.of(0, 1, 2, 3, 4, 5), PoolAbuseJvmTest::exiting, 1)
                .iterator();
        assertEquals(0, results.next());
        final WorkerDiedException killed = assertThrows(WorkerDiedException.class, results::next);
        assertEquals(OptionalInt.of(9), killed.signal());
        assertEquals(137, killed.exitCode());
        assertEquals(OptionalInt.of(1), killed.from());
        assertEquals(OptionalInt.of(2), killed.to());
        assertTrue(killed.errorFile().isEmpty());
        final WorkerDiedException crashed = assertThrows(WorkerDiedException.class, results::next);
        assertEquals(OptionalInt.of(6), crashed.signal()); // HotSpot aborts when it has written its file.
        final Path file = crashed.errorFile().orElseThrow();
        assertEquals(errors.resolve("hs_err_pid" + crashed.pid() + ".log"), file);
        assertTrue(Files.readString(file).contains("SIGSEGV"));
        assertTrue(String.valueOf(crashed.getMessage()).contains(file.toString()), crashed::toString);
        final WorkerDiedException exited = assertThrows(WorkerDiedException.class, results::next);
        assertEquals(3, exited.exitCode());
        assertEquals(OptionalInt.empty(), exited.signal());
        final WorkerDiedException halted = assertThrows(WorkerDiedException.class, results::next);
        assertEquals(4, halted.exitCode());
        assertEquals(List.of("my last words"), halted.lastErrorLines());
        assertEquals(5, results.next());
    }

    private static int descend(int depth) {
        return depth < 0 ? depth : 1 + descend(depth + 1);
    }

    private static int spin() {
        while (true) {
            Thread.onSpinWait();
        }
    }

    @Test
    void tasksThatGoTooDeepOrTooLongFailAlone() throws Exception {
        final TaskException deep = assertThrows(TaskException.class, () -> pool.apply(() -> descend(0)));
        assertInstanceOf(StackOverflowError.class, deep.getCause());
        final ProcessPool hasty = pool.withTaskTimeout(Duration.ofMillis(200));
        assertThrows(TaskTimeoutException.class, () -> hasty.apply(PoolAbuseJvmTest::spin));
        assertEquals(1, pool.apply(() -> 1));
    }

    /// An object of a class that is on no class path.
    private static Object missing() throws ReflectiveOperationException {
        final byte[] bytes = ClassFile.of()
                .build(
                        ClassDesc.of(PoolAbuseJvmTest.class.getPackageName(), "Missing"),
                        type -> type.withInterfaceSymbols(
                                        Serializable.class.describeConstable().orElseThrow())
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void,
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .invokespecial(
                                                        ConstantDescs.CD_Object,
                                                        ConstantDescs.INIT_NAME,
                                                        ConstantDescs.MTD_void)
                                                .return_()));
        return MethodHandles.lookup()
                .defineClass(bytes)
                .getDeclaredConstructor()
                .newInstance();
    }

    @Test
    void aClassThatTheWorkerLacksFailsItsTaskAlone() throws Exception {
        final Object missing = missing();
        final SerializableCallable<Integer> captures = missing::hashCode;
        for (TaskException failure : List.of(
                assertThrows(TaskException.class, () -> pool.apply(captures)),
                assertThrows(TaskException.class, () -> pool.map(List.of(missing), x -> 1)))) {
            assertTrue(failure.toString().contains("Missing"), failure::toString);
        }
        assertEquals(1, pool.apply(() -> 1));
    }

    @Test
    void aCollectionThatThrowsHalfWayThrowsAtItsCaller() throws Exception {
        final List<Integer> broken = new AbstractList<>() {
            @Override
            public Integer get(int index) {
                if (index == 5) {
                    throw new IllegalStateException("no fifth");
                }
                return index;
            }

            @Override
            public int size() {
                return 10;
            }
        };
        assertEquals(
                "no fifth",
                assertThrows(IllegalStateException.class, () -> pool.map(broken, x -> x))
                        .getMessage());
        assertEquals(1, pool.apply(() -> 1));
    }

    @Test
    void aResultManyTimesLargerThanTheRingPasses() throws Exception {
        final byte[] large = pool.apply(() -> {
            final byte[] bytes = new byte[LARGE];
            for (int i = 0; i < LARGE; i += 4096) {
                bytes[i] = (byte) (i >> 12);
            }
            return bytes;
        });
        assertEquals(LARGE, large.length);
        assertTrue(IntStream.range(0, LARGE >> 12).allMatch(page -> large[page << 12] == (byte) page));
    }

    /// Leaves a thread, a pool and a process in the worker that runs this.
    private static List<Long> leave() throws IOException, InterruptedException {
        final ProcessPool inner = ProcessPool.of(1);
        final long worker = inner.apply(() -> ProcessHandle.current().pid());
        final Thread _ = Thread.ofPlatform().daemon(false).start(() -> {
            inner.workers().forEach(_ -> spin());
        });
        final long process =
                new ProcessBuilder("sleep", "600").inheritIO().start().pid();
        return List.of(worker, process);
    }

    @Test
    void aPoolEndsWhateverItsTasksHaveLeft() throws Exception {
        final List<Long> pids;
        try (ProcessPool own = ProcessPool.of(1)) {
            pids = own.apply(PoolAbuseJvmTest::leave);
        }
        assertTrue(ProcessHandle.of(pids.getLast()).orElseThrow().destroyForcibly(), "nobody else ends it");
        Eventually.holds(
                "the worker of the pool in the worker has ended with it",
                () -> !ProcessHandle.of(pids.getFirst())
                        .map(ProcessHandle::isAlive)
                        .orElse(false));
    }

    /// Cannot be described.
    private static final class Mute extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("nothing to say");
        }

        @Override
        public void printStackTrace(PrintWriter to) {
            throw new AssertionError("nothing to print");
        }
    }

    /// Its text is null.
    private static final class Nameless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings({"NullAway", "OverrideThrowableToString", "ToStringReturnsNull"}) // It is here for that.
        public String toString() {
            return null;
        }
    }

    private static int throwing(int how) {
        RuntimeException thrown = new IllegalStateException("the bottom");
        switch (how) {
            case 1 -> thrown = new Mute();
            case 2 -> thrown = new Nameless();
            case 3 -> thrown.initCause(new IllegalStateException("around", thrown));
            default -> {
                for (int i = 0; i < 100_000; i++) {
                    thrown = new IllegalStateException("over " + i, thrown);
                }
            }
        }
        throw thrown;
    }

    /// Cannot be read.
    private static final class Unreadable implements Serializable {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("unused") // Found by its name.
        private void readObject(ObjectInputStream in) {
            throw new AssertionError("not to be read");
        }
    }

    @Test
    void anExceptionThatCannotBeDescribedFailsItsTaskAlone() throws Exception {
        try (ProcessPool own = ProcessPool.of(1)) {
            final long worker = own.apply(() -> ProcessHandle.current().pid());
            Refusal.of(TaskException.class, () -> own.apply(() -> throwing(1)), Mute.class.getName());
            Refusal.of(TaskException.class, () -> own.apply(() -> throwing(2)), Nameless.class.getName());
            Refusal.of(TaskException.class, () -> own.apply(() -> throwing(3)), "the bottom");
            Refusal.of(TaskException.class, () -> own.apply(() -> throwing(4)), "over 99999");
            final Unreadable unreadable = new Unreadable();
            Refusal.of(TaskException.class, () -> own.apply(unreadable::hashCode), "not to be read");
            assertEquals(worker, own.apply(() -> ProcessHandle.current().pid()));
        }
    }
}
