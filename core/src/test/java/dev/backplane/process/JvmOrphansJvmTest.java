package dev.backplane.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Daemon children whose parent is killed when the pipe that tells them so is no longer read.
@EnabledOnOs(OS.LINUX) // Where /proc shows that it is not.
final class JvmOrphansJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static void parkForEver() {
        while (true) {
            LockSupport.park();
        }
    }

    private static Thread lifeline() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("backplane-lifeline"))
                .findAny()
                .orElseThrow();
    }

    private static boolean isLifelineClosed() {
        try {
            return !Files.readSymbolicLink(Path.of("/proc/self/fd/0"))
                    .toString()
                    .startsWith("pipe:");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitLifelineClosed(SharedLong closed) {
        Eventually.holds("the pipe is closed", JvmOrphansJvmTest::isLifelineClosed);
        closed.set(1);
    }

    /// What a child does that reads the pipe no longer, and never ends of itself.
    private enum Way {
        HOOK_THAT_NEVER_ENDS {
            @Override
            void go(SharedLong closed) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    awaitLifelineClosed(closed);
                    parkForEver();
                }));
                System.exit(0);
            }
        },
        INTERRUPTED {
            @Override
            void go(SharedLong closed) {
                final Thread lifeline = lifeline();
                lifeline.interrupt();
                awaitLifelineClosed(closed);
                lifeline.interrupt();
                parkForEver();
            }
        };

        abstract void go(SharedLong closed);
    }

    /// Starts a daemon child that closes the pipe, and never ends of itself.
    public static final class Parent {
        private Parent() {}

        /// Prints the child's process id.
        ///
        /// @param arguments the child's way, and where its segment is
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(Path.of(arguments[1]), SegmentOptions.defaults());
            final SharedLong closed = manager.longValue("closed");
            final Way way = Way.valueOf(arguments[0]);
            final JvmProcess child = JvmProcess.start(() -> way.go(closed));
            Eventually.holds("the child has closed the pipe", () -> closed.get() == 1);
            System.out.println("child " + child.pid());
            parkForEver();
        }
    }

    private void endsWhenItsParentIsKilled(Way way) {
        final String segment = directory.resolve("segment").toString();
        try (Jvm parent = Jvm.fork(Parent.class, way.name(), segment)) {
            final long pid = Long.parseLong(parent.expectAfter("child "));
            final ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
            try {
                assertTrue(child.isAlive());
                parent.kill();
                Eventually.holds("the child ended", () -> !child.isAlive());
            } finally {
                child.destroyForcibly();
            }
        }
    }

    @Test
    void aDaemonChildInAShutdownHookEndsWhenItsParentIsKilled() {
        endsWhenItsParentIsKilled(Way.HOOK_THAT_NEVER_ENDS);
    }

    @Test
    void aDaemonChildWhoseWatchWasInterruptedEndsWhenItsParentIsKilled() {
        endsWhenItsParentIsKilled(Way.INTERRUPTED);
    }
}
