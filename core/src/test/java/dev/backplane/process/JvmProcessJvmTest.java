package dev.backplane.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedLong;
import dev.backplane.codec.CodecException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class JvmProcessJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static JvmProcess.Builder quiet() {
        return JvmProcess.builder().stdout(JvmOutput.capture()).stderr(JvmOutput.capture());
    }

    private static void parkForEver() {
        while (true) {
            LockSupport.park();
        }
    }

    @Test
    void sharedObjectsArriveAttachedToTheSameMemory() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final SharedDoubleArray array = manager.doubleArray("a", 100);
            final SharedLong sum = manager.longValue("sum");
            array.set(40, 2.5);
            final SharedDoubleArray slice = array.slice(40, 50);
            try (JvmProcess child = JvmProcess.start(() -> {
                slice.set(1, slice.get(0) * 2);
                sum.set(ProcessHandle.current().pid());
            })) {
                assertEquals(0, child.join());
                assertEquals(5.0, array.get(41));
                assertEquals(child.pid(), sum.get());
            }
        }
    }

    @Test
    void aChildKnowsItsNameAndItsParent() throws Exception {
        try (JvmProcess child = quiet().name("reporter").start(() -> {
            final JvmProcess.Self self = JvmProcess.current().orElseThrow();
            System.out.println(self.name() + " of " + self.parentPid());
        })) {
            assertEquals(0, child.join());
            assertEquals(List.of("reporter of " + ProcessHandle.current().pid()), child.lastOutputLines());
            assertTrue(child.toString().contains("reporter"));
        }
        assertTrue(JvmProcess.current().isEmpty());
    }

    @Test
    void exitCodesTellHowAChildEnded() throws Exception {
        try (JvmProcess exits = quiet().start(() -> System.exit(42));
                JvmProcess fails = quiet().start(() -> {
                    throw new IllegalStateException("on purpose");
                })) {
            assertEquals(42, exits.join());
            assertEquals(OptionalInt.of(42), exits.exitCode());
            assertEquals(JvmProcess.EXIT_UNCAUGHT, fails.join());
            assertTrue(fails.lastErrorLines().getFirst().contains("on purpose"));
        }
    }

    @Test
    void signalsEndAChild() throws Exception {
        try (JvmProcess killed = quiet().start(JvmProcessJvmTest::parkForEver);
                JvmProcess terminated = quiet().start(() -> {
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook ran")));
                    System.out.println("ready");
                    parkForEver();
                })) {
            assertTrue(killed.isAlive());
            assertEquals(OptionalInt.empty(), killed.exitCode());
            assertFalse(killed.join(Duration.ZERO));
            killed.kill();
            assertEquals(137, killed.join());
            assertTrue(killed.join(Duration.ZERO));
            Eventually.holds(
                    "the hook is in place", () -> terminated.lastOutputLines().contains("ready"));
            terminated.terminate();
            assertEquals(143, terminated.join());
            assertEquals(List.of("ready", "hook ran"), terminated.lastOutputLines());
            assertEquals(137, killed.onExit().get().exitCode().orElseThrow());
        }
    }

    @Test
    void linesReachTheirConsumer() throws Exception {
        final List<String> lines = new CopyOnWriteArrayList<>();
        try (JvmProcess child = quiet().stdout(JvmOutput.to(lines::add)).start(() -> {
            System.out.println("eins, δύο");
            System.out.print("the last line has no end");
        })) {
            child.join();
            assertEquals(List.of("eins, δύο", "the last line has no end"), lines);
        }
    }

    @Test
    void optionsReachTheChildAndItsArgumentsShowNothingOfTheLambda() throws Exception {
        final String secret = "do not show this";
        try (JvmProcess child = quiet().environment("BACKPLANE_TEST", "set")
                .heap(32 << 20)
                .jvmOptions("-Dof.the.child=yes")
                .start(() -> {
                    System.out.println(secret.length());
                    System.out.println(System.getenv("BACKPLANE_TEST"));
                    System.out.println(System.getProperty("of.the.child"));
                    System.out.println(Runtime.getRuntime().maxMemory() <= 32 << 20);
                    System.out.println(ProcessHandle.current()
                            .info()
                            .commandLine()
                            .orElse("")
                            .contains(secret));
                })) {
            assertEquals(0, child.join());
            assertEquals(List.of("16", "set", "yes", "true", "false"), child.lastOutputLines());
        }
    }

    @Test
    void whatCannotBeSerializedStartsNothing() {
        final long before = ProcessHandle.current().children().count();
        final Object held = new Object();
        Refusal.of(CodecException.class, () -> JvmProcess.start(() -> System.out.println(held)), "java.lang.Object");
        assertEquals(before, ProcessHandle.current().children().count());
        assertThrows(IllegalArgumentException.class, () -> JvmProcess.builder().heap(1));
    }

    @Test
    void aJvmThatDoesNotStartShowsItsErrors() throws Exception {
        try (JvmProcess child = quiet().jvmOptions("-XX:NoSuchOption").start(() -> {})) {
            assertEquals(1, child.join());
            assertTrue(child.lastErrorLines().toString().contains("NoSuchOption"));
        }
    }

    /// Starts a child that never ends of itself, and neither does this.
    public static final class Parent {
        private Parent() {}

        /// Prints the child's process id.
        ///
        /// @param arguments whether the child is a daemon, and where its segment is
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(Path.of(arguments[1]), SegmentOptions.defaults());
            final SharedLong running = manager.longValue("running");
            final JvmProcess child = quiet().daemon(Boolean.parseBoolean(arguments[0]))
                    .start(() -> {
                        running.set(1);
                        parkForEver();
                    });
            Eventually.holds("the child runs", () -> running.get() == 1);
            System.out.println("child " + child.pid());
            parkForEver();
        }
    }

    private ProcessHandle childOfKilledParent(boolean daemon) {
        final String segment = directory.resolve("segment").toString();
        try (Jvm parent = Jvm.fork(Parent.class, Boolean.toString(daemon), segment)) {
            final long pid = Long.parseLong(parent.expectAfter("child "));
            final ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
            assertTrue(child.isAlive());
            parent.kill();
            return child;
        }
    }

    @Test
    void aDaemonChildEndsWhenItsParentIsKilled() {
        final ProcessHandle child = childOfKilledParent(true);
        Eventually.holds("the child ended", () -> !child.isAlive());
    }

    @Test
    void anotherChildOutlivesItsParent() throws Exception {
        final ProcessHandle child = childOfKilledParent(false);
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            assertEquals(1, manager.longValue("running").get());
            assertTrue(child.isAlive());
        } finally {
            child.destroyForcibly();
        }
        Eventually.holds("the child was killed", () -> !child.isAlive());
    }
}
