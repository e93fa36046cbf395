package dev.backplane.cli;

import dev.backplane.connection.Connection;
import dev.backplane.connection.Listener;
import dev.backplane.connection.ListenerOptions;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `backplane echo`: gives each message back.
@Command(
        name = "echo",
        mixinStandardHelpOptions = true,
        description = {
            "Listens, and sends each message back to whoever sent it.",
            "That may be a Java program, `backplane ping`, or multiprocessing.connection.Client in Python.",
            "Prints one line when it is ready; SIGTERM ends it."
        })
@SuppressWarnings("NullAway.Init") // Set from the command line.
final class EchoCommand implements Callable<Integer> {
    @Option(
            names = "--address",
            required = true,
            paramLabel = "URI",
            description = "tcp://host:port, tcp://[v6]:port, unix:/path or unix:@name; port 0: one that is free.")
    private String address;

    @Option(names = "--upper", description = "Turn the ASCII letters of each message into upper case.")
    private boolean upper;

    @Mixin
    private WireOptions wire;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final PrintStream out = Output.standard();
        try (Listener listener = Listener.open(address, ListenerOptions.of(wire.connection(true)))) {
            Termination.closes(listener::close);
            out.println("listening on " + listener.endpoint());
            Output.finish(out);
            while (true) {
                final Connection connection = listener.accept();
                Thread.ofPlatform().daemon().name("echo").start(() -> serve(connection));
            }
        } catch (ClosedChannelException _) {
            return 0; // It was told to end.
        }
    }

    private void serve(Connection connection) {
        try (connection) {
            while (true) {
                final byte[] message = connection.receiveBytes();
                if (upper) {
                    toUpperCase(message);
                }
                connection.sendBytes(message);
            }
        } catch (EOFException | InterruptedException _) {
            // The other end has had enough.
        } catch (IOException e) {
            System.err.println("backplane: " + connection.peer() + ": " + e.getMessage());
        }
    }

    private static void toUpperCase(byte[] message) {
        for (int i = 0; i < message.length; i++) {
            if (message[i] >= 'a' && message[i] <= 'z') {
                message[i] = (byte) (message[i] - 'a' + 'A');
            }
        }
    }
}
