package dev.backplane.store.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.PreInterruptCallback;
import org.junit.jupiter.api.extension.PreInterruptContext;

/// Prints what all threads of this JVM, and of those that it has started, are at when a test has taken too
/// long: the interrupt that follows would leave no trace of why. JUnit finds it by itself.
public final class TimeoutDump implements PreInterruptCallback {
    private static final long MOST_SECONDS = 20;

    @Override
    public void beforeThreadInterrupt(PreInterruptContext context, ExtensionContext test) throws InterruptedException {
        final StringBuilder text = new StringBuilder("too long: " + test.getUniqueId() + '\n');
        for (Map.Entry<Thread, StackTraceElement[]> thread :
                Thread.getAllStackTraces().entrySet()) {
            text.append(thread.getKey()).append('\n');
            for (StackTraceElement frame : thread.getValue()) {
                text.append("    at ").append(frame).append('\n');
            }
        }
        System.err.println(text);
        for (ProcessHandle child : ProcessHandle.current().descendants().toList()) {
            System.err.println(
                    "process " + child.pid() + ' ' + child.info().command().orElse("?"));
            print(child.pid());
        }
    }

    private static void print(long pid) throws InterruptedException {
        try {
            final Path text = Files.createTempFile("dump", ".txt");
            final String jstack =
                    Path.of(System.getProperty("java.home"), "bin", "jstack").toString();
            final Process dump = new ProcessBuilder(jstack, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(text.toFile())
                    .start();
            if (!dump.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                dump.destroyForcibly();
            }
            System.err.println(Files.readString(text));
            Files.delete(text);
        } catch (IOException e) {
            System.err.println("cannot look at " + pid + ": " + e.getMessage());
        }
    }
}
