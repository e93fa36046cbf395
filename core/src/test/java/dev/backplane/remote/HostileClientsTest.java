package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectOptions;
import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.store.Endpoint;
import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import dev.backplane.store.testing.Seed;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server of 256 MiB of heap among hundreds of peers that stall, lie and talk nonsense.
final class HostileClientsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int STALLED = 200;
    private static final int RANDOM = 300;
    /// Each of those who have the key and begin the longest message that is possible.
    private static final int GREEDY = 50;

    private static final int LONGEST = 64 << 20;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final List<AutoCloseable> peers = new ArrayList<>();

    private void says(Endpoint at, byte... bytes) throws IOException, InterruptedException {
        final StreamSocket socket = StreamSocket.connect(at, LONG);
        peers.add(socket);
        try {
            socket.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, Waiting.block(), LONG.toNanos());
        } catch (IOException e) {
            // The server has made room for another one.
        }
    }

    private static byte[] nonsense(Random random) {
        final byte[] bytes = new byte[random.nextInt(600)];
        random.nextBytes(bytes);
        if (random.nextBoolean() && bytes.length >= Integer.BYTES) {
            ByteBuffer.wrap(bytes).putInt(random.nextInt(300)); // A length that is possible.
        }
        return bytes;
    }

    @Test
    void honestClientsAreServedAmongThem() throws Exception {
        final Random random = Seed.fresh().random();
        try (ServerJvm server = new ServerJvm(directory);
                Manager honest = server.connect(
                        ConnectOptions.authkey(ServerJvm.options().key()).connectTimeout(LONG))) {
            final Endpoint at = Endpoint.parse(server.address());
            final SharedLong number = honest.longValue("n");
            for (int i = 0; i < GREEDY; i++) {
                beginTheLongest((Endpoint.Unix) at);
            }
            for (int i = 0; i < STALLED; i++) {
                says(at, i % 2 == 0 ? new byte[] {0} : new byte[0]);
                assertEquals(i, number.getAndAdd(1));
            }
            for (int i = 0; i < RANDOM; i++) {
                says(at, nonsense(random));
                assertEquals(STALLED + i, number.getAndAdd(1));
            }
            try (Manager another = server.connect(
                    ConnectOptions.authkey(ServerJvm.options().key()).connectTimeout(LONG))) {
                assertEquals(STALLED + RANDOM, another.longValue("n").get());
            }
            assertTrue(server.jvm().isAlive());
        } finally {
            for (AutoCloseable peer : peers) {
                peer.close();
            }
        }
    }

    private static byte[] frame(DataInputStream in) throws IOException {
        final byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return frame;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Proves the key, and begins the longest message that is possible, of which it sends next to nothing: all of
    /// them together would need the heap many times over.
    private void beginTheLongest(Endpoint.Unix at) throws IOException, GeneralSecurityException {
        final SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(at.path()));
        peers.add(channel);
        final DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
        final byte[] challenge = frame(in);
        final Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(ServerJvm.options().key(), "HmacSHA256"));
        final int prefix = "#CHALLENGE#".length();
        final byte[] code = mac.doFinal(Arrays.copyOfRange(challenge, prefix, challenge.length));
        final DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
        out.writeInt("{sha256}".length() + code.length);
        out.write(ascii("{sha256}"));
        out.write(code);
        assertArrayEquals(ascii("#WELCOME#"), frame(in));
        final byte[] own = ascii("#CHALLENGE#{sha256}" + "r".repeat(40));
        out.writeInt(own.length);
        out.write(own);
        assertEquals("{sha256}".length() + code.length, frame(in).length);
        out.writeInt("#WELCOME#".length());
        out.write(ascii("#WELCOME#"));
        out.writeInt(LONGEST);
        out.write(new byte[100]);
    }
}
