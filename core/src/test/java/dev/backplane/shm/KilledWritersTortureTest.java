package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedStruct;
import dev.backplane.SharedTopic;
import dev.backplane.SharedTopic.Subscription;
import dev.backplane.SharedValue;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Topics, values and structs whose writers, in other JVMs, are killed with kill -9.
final class KilledWritersTortureTest {
    private static final int KILLS = 5;
    private static final int CAPACITY = 1 << 12;
    private static final int MOST = 300;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private record Sum(long a, long b, long sum) {}

    /// Writes until it is killed.
    public static final class Victim {
        private Victim() {}

        /// Runs one role.
        ///
        /// @param arguments the segment and the role
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(Path.of(arguments[0]), SegmentOptions.defaults());
            final SharedTopic<byte[]> topic = manager.topic("t", byte[].class, CAPACITY);
            final SharedValue<byte[]> value = manager.value("v", byte[].class, MOST);
            final SharedStruct<Sum> struct = manager.struct("s", Sum.class);
            System.out.println("ready");
            for (int i = 0; true; i++) {
                if (arguments[1].equals("publish")) {
                    topic.publish(uniform(i));
                } else {
                    value.set(uniform(i));
                    final long a = i;
                    struct.update(now -> new Sum(a, now.b() + 1, a + now.b() + 1));
                }
            }
        }
    }

    /// Bytes that are all alike, and whose number follows from them.
    private static byte[] uniform(int number) {
        final byte[] bytes = new byte[1 + (number & 0xff)];
        Arrays.fill(bytes, (byte) number);
        return bytes;
    }

    private static void assertUniform(byte[] bytes) {
        assertTrue(Arrays.equals(uniform(bytes[0]), bytes), () -> "torn: " + Arrays.toString(bytes));
    }

    private Manager open() throws IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    private Jvm victim(String role) {
        final Jvm jvm = Jvm.fork(Victim.class, directory.resolve("segment").toString(), role);
        jvm.expect("ready");
        return jvm;
    }

    private static void receive(Subscription<byte[]> in, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            final byte[] bytes = in.receive(1, TimeUnit.MINUTES);
            assertNotNull(bytes, "nothing is published");
            assertUniform(bytes);
        }
    }

    @Test
    void killedPublishersLeaveWholeValuesAndTheirTurn() throws Exception {
        try (Manager manager = open()) {
            final SharedTopic<byte[]> topic = manager.topic("t", byte[].class, CAPACITY);
            final Subscription<byte[]> in = topic.subscribe();
            for (int kill = 0; kill < KILLS; kill++) {
                try (Jvm first = victim("publish");
                        Jvm second = victim("publish")) {
                    receive(in, 2_000);
                    first.kill();
                    receive(in, 2_000);
                    second.kill();
                }
                final Subscription<byte[]> late = topic.subscribe();
                topic.publish(uniform(kill));
                receive(late, 1);
                assertEquals(0, late.lost());
            }
        }
    }

    @Test
    void killedWritersLeaveWholeValuesAndTheirTurn() throws Exception {
        try (Manager manager = open()) {
            final SharedValue<byte[]> value = manager.value("v", byte[].class, MOST);
            final SharedStruct<Sum> struct = manager.struct("s", Sum.class);
            value.set(uniform(0));
            for (int kill = 0; kill < KILLS; kill++) {
                try (Jvm first = victim("write");
                        Jvm second = victim("write")) {
                    read(value, struct, 2_000);
                    first.kill();
                    read(value, struct, 2_000);
                    second.kill();
                }
                final long before = struct.version();
                final Sum now = struct.get();
                struct.set(now);
                value.set(uniform(kill));
                assertEquals(before + 1, struct.version());
                assertEquals(before + 1, now.b() + kill + 1, "each version is one update of theirs or one set of ours");
            }
        }
    }

    /// Reads until both have changed so many times.
    private static void read(SharedValue<byte[]> value, SharedStruct<Sum> struct, int changes) {
        final long valueEnd = value.version() + changes;
        final long structEnd = struct.version() + changes;
        while (value.version() < valueEnd || struct.version() < structEnd) {
            final byte[] bytes = value.get();
            assertNotNull(bytes);
            assertUniform(bytes);
            final Sum sum = struct.get();
            assertEquals(sum.a() + sum.b(), sum.sum());
        }
    }
}
