package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SharedChannel;
import dev.backplane.SharedLong;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Channels between JVMs that are killed with kill -9.
final class ChannelTortureTest {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final int KILLS = 4;
    private static final int ROUND_TRIPS = 2_000;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Uses channels until it is killed.
    public static final class Victim {
        private Victim() {}

        /// Runs one role.
        ///
        /// @param arguments the segment, the role, whether there are many senders, and its number among them
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(Path.of(arguments[0]), SegmentOptions.defaults());
            final ChannelOptions options = new ChannelOptions(Boolean.parseBoolean(arguments[2]), 1024);
            final SharedChannel channel = manager.channel("c", options);
            System.out.println("ready");
            switch (arguments[1]) {
                case "echo" -> {
                    final SharedChannel back = manager.channel("back", options);
                    final byte[] copy = new byte[8];
                    while (channel.receive((memory, offset, length) ->
                            MemorySegment.copy(memory, offset, MemorySegment.ofArray(copy), 0, 8))) {
                        back.send(copy);
                    }
                    back.shutdown();
                }
                case "send" -> {
                    final byte[] message = new byte[24];
                    final MemorySegment bytes = MemorySegment.ofArray(message);
                    bytes.set(LONG, 8, Long.parseLong(arguments[3]));
                    for (long i = 0; true; i++) {
                        bytes.set(LONG, 0, i);
                        bytes.set(LONG, 16, ~i);
                        channel.send(message);
                    }
                }
                default -> {
                    final SharedLong expected = manager.longValue("expected");
                    final SharedLong wrong = manager.longValue("wrong");
                    final SharedChannel.Handler check = (memory, offset, length) -> {
                        final long number = memory.get(LONG, offset);
                        final long due = expected.get();
                        // The one whose handler was cut off may come again.
                        if (number == due) {
                            expected.set(due + 1);
                        } else if (number != due - 1) {
                            wrong.set(1);
                        }
                    };
                    while (true) {
                        channel.receive(check);
                        channel.poll(check, 3);
                    }
                }
            }
        }
    }

    private Jvm victim(String role, boolean many, int number) {
        final Jvm jvm = Jvm.fork(
                Victim.class,
                directory.resolve("segment").toString(),
                role,
                Boolean.toString(many),
                Integer.toString(number));
        jvm.expect("ready");
        return jvm;
    }

    private Manager open() throws java.io.IOException {
        return Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesGoToAnotherJvmAndBack(boolean many) throws Exception {
        try (Manager manager = open();
                Jvm echo = victim("echo", many, 0)) {
            final SharedChannel there = manager.channel("c", new ChannelOptions(many, 1024));
            final SharedChannel back = manager.channel("back", new ChannelOptions(many, 1024));
            final byte[] message = new byte[8];
            for (long i = 0; i < ROUND_TRIPS; i++) {
                final long number = i;
                MemorySegment.ofArray(message).set(LONG, 0, number);
                there.send(message);
                assertTrue(back.receive(
                        (memory, offset, length) -> assertEquals(number, memory.get(LONG, offset)),
                        1,
                        TimeUnit.MINUTES));
            }
            there.shutdown();
            assertEquals(0, echo.waitForExit(), () -> echo.transcript().toString());
            assertTrue(back.isShutDown());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void killedSendersHoldNobodyUp(boolean many) throws Exception {
        try (Manager manager = open()) {
            final SharedChannel in = manager.channel("c", new ChannelOptions(many, 1024));
            final long[] next = new long[KILLS + 2];
            for (int kill = 0; kill < KILLS; kill++) {
                final int number = kill;
                try (Jvm first = victim("send", many, number)) {
                    receive(in, next, number, 3_000);
                    if (many) {
                        try (Jvm second = victim("send", true, KILLS)) {
                            next[KILLS] = 0;
                            receive(in, next, KILLS, 1_000);
                            first.kill();
                            receive(in, next, KILLS, 2_000);
                            second.kill();
                        }
                    }
                    first.kill();
                }
                Eventually.holds("nothing is left", () -> {
                    in.poll((memory, offset, length) -> check(memory, offset, next), 100);
                    return in.usedBytes() == 0 || !many && !in.hasSender();
                });
            }
        }
    }

    private static void receive(SharedChannel in, long[] next, int sender, int count) throws InterruptedException {
        final long until = next[sender] + count;
        while (next[sender] < until) {
            assertTrue(in.receive((memory, offset, length) -> check(memory, offset, next), 1, TimeUnit.MINUTES));
        }
    }

    private static void check(MemorySegment memory, long offset, long[] next) {
        final int sender = (int) memory.get(LONG, offset + 8);
        final long number = memory.get(LONG, offset);
        assertEquals(~number, memory.get(LONG, offset + 16), "a message is whole");
        assertEquals(next[sender]++, number, "nothing is lost, doubled or overtaken");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void killedReceiversLoseNothing(boolean many) throws Exception {
        try (Manager manager = open()) {
            final SharedChannel out = manager.channel("c", new ChannelOptions(many, 1024));
            final SharedLong expected = manager.longValue("expected");
            final byte[] message = new byte[16];
            long number = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                try (Jvm receiver = victim("receive", many, 0)) {
                    final long until = expected.get() + 3_000;
                    while (expected.get() < until) {
                        MemorySegment.ofArray(message).set(LONG, 0, number);
                        if (out.send(MemorySegment.ofArray(message), 0, 16, 1, TimeUnit.MINUTES)) {
                            number++;
                        }
                    }
                    receiver.kill();
                }
            }
            try (Jvm last = victim("receive", many, 0)) {
                final long sent = number;
                Eventually.holds("all arrive", () -> expected.get() == sent);
                assertEquals(
                        0,
                        manager.longValue("wrong").get(),
                        () -> last.transcript().toString());
            }
        }
    }
}
