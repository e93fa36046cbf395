package dev.backplane.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class JvmProcessJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static final HexFormat HEX = HexFormat.of();

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
            System.out.println(JvmProcess.parent().orElseThrow());
            System.out.println(HEX.formatHex(JvmProcess.authkey()));
        })) {
            assertEquals(0, child.join());
            final long pid = ProcessHandle.current().pid();
            final String secret = HEX.formatHex(JvmProcess.authkey());
            assertEquals(
                    List.of("reporter of " + pid, "JvmParent[pid " + pid + ", alive]", secret),
                    child.lastOutputLines());
            assertTrue(child.toString().contains("reporter"));
        }
        assertTrue(JvmProcess.current().isEmpty());
        assertTrue(JvmProcess.parent().isEmpty());
    }

    @Test
    void exitCodesTellHowAChildEnded() throws Exception {
        try (JvmProcess exits = quiet().start(() -> System.exit(42));
                JvmProcess fails = quiet().start(() -> {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("on purpose");
                })) {
            assertEquals(42, exits.join());
            assertEquals(OptionalInt.of(42), exits.exitCode());
            assertTrue(exits.uncaught().isEmpty());
            final Throwable uncaught = fails.onExit().join().uncaught().orElseThrow();
            assertEquals("java.lang.IllegalStateException: on purpose", uncaught.toString());
            assertEquals(getClass().getName(), uncaught.getStackTrace()[0].getClassName());
            assertEquals(JvmProcess.EXIT_UNCAUGHT, fails.join());
            assertTrue(fails.lastErrorLines().getFirst().contains("on purpose"));
        }
    }

    @Test
    void aChildThatDoesNotReadWhatItIsToldHoldsNobodyUp() throws Exception {
        final byte[] more = new byte[1 << 20]; // Than a pipe takes.
        try (JvmProcess child = quiet().jvmOptions(
                        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=127.0.0.1:0")
                .start(() -> System.exit(more.length))) {
            assertTrue(child.isAlive(), "it waits for a debugger");
            child.kill();
            assertEquals(137, child.join());
        }
        try (JvmProcess child = quiet().start(() -> System.exit(more.length >> 15))) {
            assertEquals(32, child.join());
        }
    }

    @Test
    void aClassThatTheChildDoesNotHaveIsNamed() throws Exception {
        final String name = getClass().getPackageName() + ".OnlyInTheParent";
        final Class<?> type =
                MethodHandles.lookup().defineClass(ClassFile.of().build(ClassDesc.of(name), body -> body.withFlags(0)));
        try (JvmProcess child = quiet().start(type)) {
            assertEquals(JvmProcess.EXIT_NOT_STARTED, child.join());
            final Throwable uncaught = child.uncaught().orElseThrow();
            assertEquals("cannot reach the main method of " + name, uncaught.getMessage());
            assertInstanceOf(ClassNotFoundException.class, uncaught.getCause());
            assertTrue(child.lastErrorLines().getFirst().endsWith(uncaught.getMessage()));
        }
    }

    /// Has a method that is called main, and is none.
    static final class Instance {
        void main(String[] ignored) {}
    }

    @Test
    void aMainMethodOfObjectsIsRefused() throws Exception {
        try (JvmProcess child = quiet().start(Instance.class)) {
            assertEquals(JvmProcess.EXIT_NOT_STARTED, child.join());
            final Throwable cause =
                    Objects.requireNonNull(child.uncaught().orElseThrow().getCause());
            assertEquals(
                    "void " + Instance.class.getName() + ".main(java.lang.String[]) must be static and void",
                    String.valueOf(cause.getMessage()));
        }
    }

    /// Says the secret, and whether its environment or its arguments do; then so does a child of its own.
    static final class Confidant {
        private Confidant() {}

        static void main(String[] who) throws Exception {
            final String secret = new String(JvmProcess.authkey(), StandardCharsets.UTF_8);
            System.out.println(secret + ", " + who[0]);
            for (String shown : List.of("environ", "cmdline")) {
                final byte[] bytes = Files.readAllBytes(Path.of("/proc/self", shown));
                System.out.println(new String(bytes, StandardCharsets.ISO_8859_1).contains(secret));
            }
            if (who[0].equals("a child")) {
                JvmProcess.builder().start(Confidant.class, "a grandchild").join();
            }
        }
    }

    @Test
    void aSecretPassesFromChildToChildUnseen() throws Exception {
        final byte[] secret = "known to us alone".getBytes(StandardCharsets.UTF_8);
        final String own = HEX.formatHex(JvmProcess.authkey());
        try (JvmProcess child = quiet().authkey(secret).start(Confidant.class, "a child")) {
            final Optional<String> commandLine =
                    ProcessHandle.of(child.pid()).flatMap(one -> one.info().commandLine());
            assertFalse(commandLine.orElse("").contains("known"));
            assertEquals(0, child.join());
            assertEquals(
                    List.of(
                            "known to us alone, a child",
                            "false",
                            "false",
                            "known to us alone, a grandchild",
                            "false",
                            "false"),
                    child.lastOutputLines());
        }
        assertEquals(own, HEX.formatHex(JvmProcess.authkey()));
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
            assertTrue(killed.uncaught().isEmpty());
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

    @Test
    void closingAChildThatHasEndedDoesNothing() throws Exception {
        final JvmProcess child = quiet().jvmOptions("-XX:NoSuchOption").start(() -> {});
        assertTrue(child.join(Duration.ofSeconds(30)));
        child.close();
        child.close();
        assertEquals(OptionalInt.of(1), child.exitCode());
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
                        JvmProcess.parent().orElseThrow().onExit().join();
                        running.set(2);
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
            final SharedLong running = manager.longValue("running");
            Eventually.holds("the child knows of its parent's end", () -> running.get() == 2);
            assertTrue(child.isAlive());
        } finally {
            child.destroyForcibly();
        }
        Eventually.holds("the child was killed", () -> !child.isAlive());
    }

    @Test
    void whatIsReadIsWrittenInUtf8WhateverTheLocaleIs() throws Exception {
        try (JvmProcess child = quiet().environment("LC_ALL", "C").start(() -> {
            System.out.println("eins, δύο");
            System.err.println("три");
        })) {
            assertEquals(0, child.join());
            assertEquals(List.of("eins, δύο"), child.lastOutputLines());
            assertEquals(List.of("три"), child.lastErrorLines());
        }
        try (JvmProcess child = quiet().jvmOptions("-Dstdout.encoding=US-ASCII")
                .start(() -> System.out.println(System.getProperty("stdout.encoding")))) {
            assertEquals(0, child.join());
            assertEquals(List.of("US-ASCII"), child.lastOutputLines());
        }
    }

    @Test
    void aJoinWithATimeDoesNotWaitLongerForAConsumer() throws Exception {
        boolean gaveUp = false;
        for (int i = 0;
                i < 10 && !gaveUp;
                i++) { // Again, if this thread was so slow that the consumer was given up first.
            final CountDownLatch go = new CountDownLatch(1);
            try (JvmProcess child =
                    quiet().stdout(JvmOutput.to(_ -> await(go))).start(() -> System.out.println("something to take"))) {
                Eventually.holds("the child has ended", () -> !child.isAlive());
                gaveUp = !child.join(Duration.ofMillis(1));
                go.countDown();
                assertTrue(child.join(Duration.ofMinutes(1)));
            }
        }
        assertTrue(gaveUp);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aProcessThatTheChildLeftWithItsOutputDoesNotHideItsEnd() throws Exception {
        try (JvmProcess child = quiet().start(() -> {
            try {
                System.out.println(
                        new ProcessBuilder("sleep", "600").inheritIO().start().pid());
                System.err.println("my last words");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            parkForEver();
        })) {
            Eventually.holds(
                    "it has left a process",
                    () -> !child.lastErrorLines().isEmpty()
                            && !child.lastOutputLines().isEmpty());
            child.kill();
            assertEquals(137, child.join());
            assertEquals(List.of("my last words"), child.lastErrorLines());
            final long left = Long.parseLong(child.lastOutputLines().getFirst());
            assertTrue(ProcessHandle.of(left).orElseThrow().destroyForcibly(), "it held the pipes all the time");
        }
    }
}
