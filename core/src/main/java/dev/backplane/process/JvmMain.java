package dev.backplane.process;

import dev.backplane.codec.CodecException;
import dev.backplane.store.Platform;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;

/// The main class of child JVMs: reads what to run from standard input, runs it, and watches for its parent's
/// end.
///
/// Standard input is the lifeline: the parent keeps the other end of the pipe open for as long as it lives and
/// never writes to it again, so its end of file is the parent's death, known at once and however it came about.
/// A daemon child then halts. The body sees an empty standard input.
final class JvmMain {
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
        JvmProcess.become(bootstrap);
        watch(lifeline.getChannel(), bootstrap.daemon());
        final Bootstrap.Entry entry = load(bootstrap.body());
        try {
            entry.run();
        } catch (Throwable t) {
            t.printStackTrace();
            System.exit(JvmProcess.EXIT_UNCAUGHT);
        }
    }

    private static Bootstrap receive(InputStream lifeline) {
        try {
            return Bootstrap.receive(lifeline);
        } catch (EOFException e) {
            Runtime.getRuntime().halt(JvmProcess.EXIT_ORPHANED); // The parent died before it had said anything.
            throw new AssertionError(e);
        } catch (IOException | CodecException e) {
            throw notStarted(e);
        }
    }

    private static Bootstrap.Entry load(Bootstrap.Body body) {
        try {
            return body.load();
        } catch (CodecException e) {
            throw notStarted(e);
        }
    }

    private static AssertionError notStarted(Exception e) {
        System.err.println("backplane: cannot run what the parent sent: " + e.getMessage());
        e.printStackTrace();
        System.exit(JvmProcess.EXIT_NOT_STARTED);
        return new AssertionError(e);
    }

    /// A JVM that ends waits 300 ms for a thread that is in native code, as one that reads is. So the end
    /// closes the channel, which takes the reader out of there.
    private static void watch(FileChannel lifeline, boolean daemon) {
        Thread.ofPlatform().daemon().name("backplane-lifeline").start(() -> awaitEnd(lifeline, daemon));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(lifeline), "backplane-lifeline-end"));
    }

    private static void close(FileChannel lifeline) {
        try {
            lifeline.close();
        } catch (IOException e) {
            System.err.println("backplane: cannot close the lifeline: " + e.getMessage());
        }
    }

    private static void awaitEnd(FileChannel lifeline, boolean daemon) {
        final ByteBuffer ignored = ByteBuffer.allocate(1);
        try {
            while (lifeline.read(ignored) >= 0) {
                ignored.clear(); // Nothing is ever sent after the frame; if something is, it means nothing.
            }
        } catch (ClosedChannelException _) {
            return; // This JVM ends.
        } catch (IOException e) {
            System.err.println("backplane: cannot watch the parent: " + e.getMessage());
        }
        if (daemon) {
            Runtime.getRuntime().halt(JvmProcess.EXIT_ORPHANED);
        }
    }
}
