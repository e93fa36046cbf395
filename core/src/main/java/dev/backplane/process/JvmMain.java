package dev.backplane.process;

import dev.backplane.codec.CodecException;
import dev.backplane.codec.Failure;
import dev.backplane.store.Platform;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.locks.LockSupport;

/// The main class of child JVMs: reads what to run from standard input, runs it, and watches for its parent's
/// end.
///
/// Standard input is the lifeline: the parent keeps the other end of the pipe open for as long as it lives and
/// never writes to it again, so its end of file is the parent's death, known at once and however it came about.
/// A daemon child then halts. The body sees an empty standard input.
///
/// The watch of that pipe is over once this JVM begins to end, or something interrupts it. A shutdown hook may go
/// on for ever; so from then on, and only then, the system is asked again and again who this JVM's parent is.
final class JvmMain {
    private static final String NOT_STARTED = "backplane: cannot run what the parent sent: ";
    private static final long POLL_NANOS = 50_000_000;

    private JvmMain() {}

    /// Runs what the parent sent.
    ///
    /// @param arguments none are expected
    public static void main(String[] arguments) {
        // Most bodies use segments, and binding the native functions takes about as long as all the rest here.
        Thread.ofPlatform().daemon().name("backplane-native").start(Platform::current);
        final FileInputStream lifeline = new FileInputStream(FileDescriptor.in);
        System.setIn(InputStream.nullInputStream());
        final Bootstrap bootstrap = receive(lifeline);
        watch(lifeline.getChannel(), ThisJvm.get().become(bootstrap), bootstrap.daemon());
        final Bootstrap.Entry entry = load(bootstrap);
        try {
            entry.run();
        } catch (Throwable t) {
            throw failed(bootstrap, t, JvmProcess.EXIT_UNCAUGHT);
        }
    }

    private static Bootstrap receive(InputStream lifeline) {
        try {
            return Bootstrap.receive(lifeline);
        } catch (EOFException e) {
            Runtime.getRuntime().halt(JvmProcess.EXIT_ORPHANED); // The parent died before it had said anything.
            throw new AssertionError(e);
        } catch (IOException | CodecException e) {
            System.err.println(NOT_STARTED + e.getMessage());
            e.printStackTrace();
            System.exit(JvmProcess.EXIT_NOT_STARTED);
            throw new AssertionError(e);
        }
    }

    private static Bootstrap.Entry load(Bootstrap bootstrap) {
        try {
            return bootstrap.body().load();
        } catch (Throwable t) { // Errors too: of classes that do not link, and of initialisers.
            System.err.println(NOT_STARTED + Failure.describe(t));
            throw failed(bootstrap, t, JvmProcess.EXIT_NOT_STARTED);
        }
    }

    /// Ends this JVM because of an exception: whatever goes wrong with the telling, the exit code says so.
    private static AssertionError failed(Bootstrap bootstrap, Throwable thrown, int exitCode) {
        try {
            final Failure failure = Failure.of(thrown);
            System.err.print(failure.trace());
            Thread.interrupted(); // An interrupt was meant for the body, and would close the files read here.
            FailureMemory.tell(bootstrap.failures(), failure);
        } catch (IOException | RuntimeException e) {
            System.err.println("backplane: cannot tell the parent more than this text: " + e.getMessage());
        } finally {
            System.exit(exitCode);
        }
        return new AssertionError(thrown);
    }

    /// A JVM that ends waits 300 ms for a thread that is in native code, as one that reads is. So the end
    /// closes the channel, which takes the reader out of there.
    private static void watch(FileChannel lifeline, JvmParent parent, boolean daemon) {
        Thread.ofPlatform().daemon().name("backplane-lifeline").start(() -> awaitEnd(lifeline, parent, daemon));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(lifeline), "backplane-lifeline-end"));
    }

    private static void close(FileChannel lifeline) {
        try {
            lifeline.close();
        } catch (IOException e) {
            System.err.println("backplane: cannot close the lifeline: " + e.getMessage());
        }
    }

    private static void awaitEnd(FileChannel lifeline, JvmParent parent, boolean daemon) {
        final ByteBuffer ignored = ByteBuffer.allocate(1);
        try {
            while (lifeline.read(ignored) >= 0) {
                ignored.clear(); // Nothing is ever sent after the frame; if something is, it means nothing.
            }
        } catch (ClosedChannelException _) {
            pollUntilOrphaned(parent.pid());
        } catch (IOException e) {
            System.err.println("backplane: cannot watch the parent: " + e.getMessage());
            pollUntilOrphaned(parent.pid());
        }
        if (daemon) {
            Runtime.getRuntime().halt(JvmProcess.EXIT_ORPHANED);
        }
        parent.end();
    }

    /// Waits first: most JVMs that begin to end are gone by then.
    private static void pollUntilOrphaned(long parentPid) {
        do {
            LockSupport.parkNanos(POLL_NANOS);
            Thread.interrupted(); // Whoever ends this JVM may have interrupted all of its threads.
        } while (isChildOf(parentPid));
    }

    /// A process whose parent has ended is another one's child at once, whatever has the parent's id later.
    private static boolean isChildOf(long parentPid) {
        return ProcessHandle.current()
                .parent()
                .filter(parent -> parent.pid() == parentPid)
                .isPresent();
    }
}
