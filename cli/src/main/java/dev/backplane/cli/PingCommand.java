package dev.backplane.cli;

import dev.backplane.connection.Client;
import dev.backplane.connection.Connection;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `backplane ping`: how long messages take to come back.
@Command(
        name = "ping",
        mixinStandardHelpOptions = true,
        description = {
            "Sends messages to `backplane echo`, and tells how long they took to come back.",
            "A Python program that sends back what it gets does as well. Each is sent when the one before it is here."
        })
@SuppressWarnings("NullAway.Init") // Set from the command line.
final class PingCommand implements Callable<Integer> {
    private static final int MOST_MESSAGES = 100_000_000;
    private static final int MOST_BYTES = 1 << 30;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double[] PERCENTILES = {0.5, 0.9, 0.99, 0.999, 1};

    @Option(names = "--address", required = true, paramLabel = "URI", description = "Where it listens.")
    private String address;

    @Option(names = "--size", paramLabel = "BYTES", description = "The length of a message, 64 by default.")
    private int size = 64;

    @Option(names = "--count", paramLabel = "N", description = "How many messages, 10000 by default.")
    private int count = 10_000;

    @Mixin
    private WireOptions wire;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (size < 0 || size > MOST_BYTES) {
            throw new ParameterException(spec.commandLine(), "--size is " + size + ", must be 0 to " + MOST_BYTES);
        }
        if (count < 1 || count > MOST_MESSAGES) {
            throw new ParameterException(spec.commandLine(), "--count is " + count + ", must be 1 to " + MOST_MESSAGES);
        }
        final byte[] message = new byte[size];
        RandomGenerator.getDefault().nextBytes(message);
        for (int i = 0; i < size; i++) {
            message[i] = (byte) ('A' + (message[i] & 15)); // The same whether it comes back in upper case or not.
        }
        final long[] nanos = new long[count];
        try (Connection connection = Client.connect(address, wire.connection(false))) {
            for (int i = 0; i < count; i++) {
                final long start = System.nanoTime();
                connection.sendBytes(message);
                final byte[] answer = connection.receiveBytes();
                nanos[i] = System.nanoTime() - start;
                if (!Arrays.equals(message, answer)) {
                    throw new IOException("message " + i + " of " + size + " bytes came back as " + answer.length
                            + " others: the other end is no echo");
                }
            }
        }
        print(nanos);
        return 0;
    }

    private void print(long[] nanos) throws IOException {
        Arrays.sort(nanos);
        final PrintStream out = Output.standard();
        out.printf(Locale.ROOT, "%d messages of %d bytes, there and back%n", count, size);
        for (double percentile : PERCENTILES) {
            final int index = Math.clamp((long) Math.ceil(percentile * count) - 1, 0, count - 1);
            out.printf(
                    Locale.ROOT,
                    "%-6s %10.1f µs%n",
                    percentile == 1
                            ? "max"
                            : "p" + Double.toString(percentile * 100).replaceAll("\\.0$", ""),
                    nanos[index] / NANOS_PER_MICRO);
        }
        Output.finish(out);
    }
}
