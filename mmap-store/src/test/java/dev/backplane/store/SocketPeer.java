package dev.backplane.store;

import dev.backplane.store.testing.OpenFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The other JVM of the tests of sockets: does what it is told, line by line, and says what came of it.
public final class SocketPeer {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final List<AutoCloseable> open = new ArrayList<>();
    private @Nullable StreamSocket socket;

    private SocketPeer() {}

    /// Obeys until the end of the input.
    ///
    /// @param arguments none
    public static void main(String[] arguments) throws Exception {
        final SocketPeer peer = new SocketPeer();
        final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            final String[] words = line.split(" ", 2);
            System.out.println(peer.obey(words[0], words.length > 1 ? words[1] : ""));
        }
    }

    private String obey(String command, String argument) throws Exception {
        return switch (command) {
            case "listen" -> listen(Endpoint.parse(argument));
            case "connect" -> connect(Endpoint.parse(argument));
            case "send" -> send(socket(), argument);
            case "file" -> file();
            case "segment" -> segment();
            case "make" -> make();
            case "socket" -> send(StreamSocket.ofDescriptor(received()), "from the peer");
            case "listener" -> listener();
            case "full" -> full();
            case "sleepers" -> sleepers(Integer.parseInt(argument));
            default -> throw new IllegalArgumentException(command);
        };
    }

    private String listen(Endpoint at) {
        try {
            open.add(StreamListener.listen(at, 1));
            return "won";
        } catch (IOException e) {
            return "lost: " + e.getMessage();
        }
    }

    private String connect(Endpoint to) throws IOException, InterruptedException {
        socket = StreamSocket.connect(to, LONG);
        return "connected";
    }

    private StreamSocket socket() {
        return Objects.requireNonNull(socket, "connect comes first");
    }

    private static String send(StreamSocket to, String text) throws IOException, InterruptedException {
        to.write(new ByteBuffer[] {StandardCharsets.UTF_8.encode(text)}, Waiting.block(), StreamSocket.FOREVER);
        return "sent";
    }

    private int received() throws IOException, InterruptedException {
        return socket().receiveDescriptor(ByteBuffer.allocate(1), Waiting.block());
    }

    private String file() throws IOException, InterruptedException {
        final int descriptor = received();
        try {
            return Files.readString(Path.of("/proc/self/fd/" + descriptor));
        } finally {
            Platform.current().closeDescriptor(descriptor);
        }
    }

    private String segment() throws IOException, InterruptedException {
        final Segment segment = Segment.ofDescriptor(received(), SegmentOptions.defaults());
        open.add(segment);
        return segment.id() + " " + segment.isAnonymous() + " "
                + segment.participants().list().size();
    }

    private String make() throws IOException, InterruptedException {
        final Segment segment =
                Segment.anonymous("made", SegmentOptions.defaults().withSize(1 << 20));
        open.add(segment);
        final int descriptor = segment.openDescriptor().orElseThrow();
        socket().sendDescriptor(ByteBuffer.allocate(1), descriptor, Waiting.block());
        Platform.current().closeDescriptor(descriptor);
        return segment.id().toString();
    }

    private String listener() throws IOException, InterruptedException {
        final StreamListener listener = StreamListener.ofDescriptor(received());
        try (listener;
                StreamSocket client = listener.accept(Waiting.block(), StreamSocket.FOREVER)) {
            send(Objects.requireNonNull(client), "from " + listener.endpoint());
        }
        return "closed";
    }

    /// With as many files open as may be, neither a descriptor nor a connection can come.
    private String full() throws IOException, InterruptedException {
        // To load a class takes a descriptor, so all that are needed are loaded before.
        Platform.current().closeDescriptor(Platform.current().openDescriptor(Path.of("/dev/null")));
        Platform.current().closeDescriptor(received());
        System.out.println("loaded " + refusals(() -> StreamSocket.connect(new Endpoint.Abstract("nobody"), LONG)));
        StreamListener.listen(new Endpoint.Tcp("127.0.0.1", 0), 1).close();
        final int limit = highest() + 100; // To start a process takes some, and opens all of the class path.
        final int code = new ProcessBuilder(
                        "prlimit",
                        "--pid",
                        Long.toString(ProcessHandle.current().pid()),
                        "--nofile=" + limit)
                .inheritIO()
                .start()
                .waitFor();
        final long before = OpenFiles.count();
        final List<Integer> fill = new ArrayList<>();
        try {
            while (true) {
                fill.add(Platform.current().openDescriptor(Path.of("/dev/null")));
            }
        } catch (IOException e) {
            System.out.println("full " + code);
        }
        System.out.println(refusals(this::received));
        System.out.println(refusals(() -> StreamSocket.connect(new Endpoint.Abstract("nobody"), LONG)));
        System.out.println(refusals(() -> StreamListener.listen(new Endpoint.Tcp("127.0.0.1", 0), 1)));
        fill.forEach(Platform.current()::closeDescriptor);
        return "leaked " + (OpenFiles.count() - before);
    }

    private interface Attempt {
        Object make() throws IOException, InterruptedException;
    }

    private static String refusals(Attempt attempt) throws InterruptedException {
        try {
            return "not refused: " + attempt.make();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static int highest() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.mapToInt(path -> Integer.parseInt(path.getFileName().toString()))
                    .max()
                    .orElse(0);
        }
    }

    /// Many virtual threads wait in reads at once, and others run meanwhile.
    private String sleepers(int count) throws Exception {
        final StreamListener listener = StreamListener.listen(
                new Endpoint.Abstract(
                        "sleepers-" + this.hashCode() + ProcessHandle.current().pid()),
                count);
        open.add(listener);
        final List<StreamSocket> servers = new ArrayList<>();
        final CountDownLatch started = new CountDownLatch(count);
        final AtomicInteger sum = new AtomicInteger();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final StreamSocket client = StreamSocket.connect(listener.endpoint(), LONG);
            servers.add(Objects.requireNonNull(listener.accept(Waiting.block(), StreamSocket.FOREVER)));
            threads.add(Thread.ofVirtual().start(() -> {
                started.countDown();
                try (client) {
                    final ByteBuffer into = ByteBuffer.allocate(1);
                    if (client.read(into, Waiting.byDefault(), StreamSocket.FOREVER) == 1) {
                        sum.addAndGet(into.get(0));
                    }
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        started.await();
        final CountDownLatch others = new CountDownLatch(10);
        for (int i = 0; i < 10; i++) {
            Thread.ofVirtual().start(others::countDown);
        }
        others.await();
        System.out.println("others ran");
        for (StreamSocket server : servers) {
            server.write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {3})}, Waiting.block(), StreamSocket.FOREVER);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return "sum " + sum;
    }
}
