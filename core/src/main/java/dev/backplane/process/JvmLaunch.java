package dev.backplane.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The way from what a builder was told to a child that runs.
///
/// @param name what the child is called
/// @param daemon whether it dies with its parent
/// @param out where its standard output goes
/// @param error where its standard error goes
/// @param command its options and environment
record JvmLaunch(String name, boolean daemon, JvmOutput out, JvmOutput error, JvmCommand command) {
    /// What any pipe takes, with what comes before it, though nobody reads.
    private static final int MOST_AT_ONCE = 2000;

    /// Starts the child, with this JVM's secret or another one.
    JvmProcess start(Bootstrap.Body body, @Nullable Authkey other) throws IOException {
        final byte[] frame = Bootstrap.frame(name, daemon, body);
        final ProcessBuilder builder = command.processBuilder(JvmMain.class, readStreams());
        final Process process = builder.redirectOutput(redirect(out))
                .redirectError(redirect(error))
                .start();
        final FailureMemory failures = failuresOf(process);
        final JvmProcess child = child(process, failures);
        final Authkey authkey = other == null ? ThisJvm.get().authkey() : other.copy();
        final Runnable telling = () -> tell(child, frame, authkey, failures.handle(), process.getOutputStream());
        if (frame.length <= MOST_AT_ONCE) {
            telling.run();
        } else {
            tellInBackground(child, authkey, telling);
        }
        return child;
    }

    private static void tell(JvmProcess child, byte[] frame, Authkey authkey, String failures, OutputStream to) {
        try {
            Bootstrap.send(frame, authkey, failures, to);
        } catch (IOException _) {
            // A child that ends before it has been told what to run, such as one with an unknown option, is a
            // child that ended: its exit code and last lines tell more than the broken pipe.
            child.kill();
        } finally {
            authkey.erase();
        }
    }

    /// The child may be long in reading, or never come to it.
    private void tellInBackground(JvmProcess child, Authkey authkey, Runnable telling) {
        boolean begun = false;
        try {
            Thread.ofPlatform().daemon().name(name + "-bootstrap").start(telling);
            begun = true;
        } finally {
            if (!begun) {
                child.kill();
                authkey.erase();
            }
        }
    }

    /// Made while the child starts, which takes longer, even where this JVM has used no segment yet.
    private static FailureMemory failuresOf(Process process) throws IOException {
        boolean made = false;
        try {
            final FailureMemory created = FailureMemory.create();
            made = true;
            return created;
        } finally {
            if (!made) {
                process.destroyForcibly();
            }
        }
    }

    private JvmProcess child(Process process, FailureMemory failures) throws IOException {
        boolean made = false;
        try {
            final JvmProcess child = new JvmProcess(
                    name,
                    process,
                    failures,
                    reader("out", out, process.getInputStream()),
                    reader("err", error, process.getErrorStream()));
            made = true;
            return child;
        } finally {
            if (!made) { // For lack of a thread.
                process.destroyForcibly();
                failures.close();
            }
        }
    }

    private List<String> readStreams() {
        final List<String> streams = new ArrayList<>();
        if (out instanceof JvmOutput.ToConsumer) {
            streams.add("stdout");
        }
        if (error instanceof JvmOutput.ToConsumer) {
            streams.add("stderr");
        }
        return streams;
    }

    private static ProcessBuilder.Redirect redirect(JvmOutput output) {
        return output instanceof JvmOutput.Inherit ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.PIPE;
    }

    private @Nullable LineReader reader(String stream, JvmOutput output, InputStream from) {
        return output instanceof JvmOutput.ToConsumer(var lines)
                ? new LineReader(name + "-" + stream, from, lines)
                : null;
    }
}
