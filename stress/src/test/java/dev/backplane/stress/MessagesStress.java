package dev.backplane.stress;

import dev.backplane.ChannelOptions;
import dev.backplane.SharedChannel;
import dev.backplane.SharedTopic;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// Channels and topics: a message is whole, once, and publishes what was done before it.
public class MessagesStress {
    private static final int LENGTH = 20;

    private static byte[] message(int value) {
        final byte[] bytes = new byte[LENGTH];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /// What a receiver finds: the value if all bytes have it, -1 if they differ, 0 if there is no message.
    private static int poll(SharedChannel channel) {
        final int[] found = new int[1];
        channel.poll(
                (memory, offset, length) -> {
                    found[0] = length == LENGTH ? memory.get(ValueLayout.JAVA_BYTE, offset) : -1;
                    for (int i = 0; i < length; i++) {
                        if (memory.get(ValueLayout.JAVA_BYTE, offset + i) != found[0]) {
                            found[0] = -1;
                        }
                    }
                },
                1);
        return found[0];
    }

    /// One sender and one receiver.
    @JCStressTest
    @Outcome(
            id = {"0, -1, 3", "3, 42, 0"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class OneSender {
        private static final Supply<SharedChannel> SUPPLY =
                Supply.of((m, name) -> m.channel(name, ChannelOptions.oneToOne(256)));
        private final SharedChannel channel = SUPPLY.take();
        private int plain;

        @Actor
        public void sender() {
            plain = 42;
            channel.trySend(message(3));
            channel.leave();
        }

        @Actor
        public void receiver(III_Result r) {
            r.r1 = poll(channel);
            r.r2 = r.r1 == 0 ? -1 : plain;
            channel.leave();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = poll(channel);
            channel.leave();
            SUPPLY.giveBack(channel);
        }
    }

    /// Two senders: both messages are there, whole, in either order.
    @JCStressTest
    @Outcome(
            id = {"1, 2, 0", "2, 1, 0"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class ManySenders {
        private static final Supply<SharedChannel> SUPPLY =
                Supply.of((m, name) -> m.channel(name, ChannelOptions.manyToOne(256)));
        private final SharedChannel channel = SUPPLY.take();

        @Actor
        public void one() {
            channel.trySend(message(1));
        }

        @Actor
        public void two() {
            channel.trySend(message(2));
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = poll(channel);
            r.r2 = poll(channel);
            r.r3 = poll(channel);
            channel.leave();
            SUPPLY.giveBack(channel);
        }
    }

    /// A channel of many senders publishes as well.
    @JCStressTest
    @Outcome(
            id = {"0, -1, 3", "3, 42, 0"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class OneOfManySenders {
        private static final Supply<SharedChannel> SUPPLY =
                Supply.of((m, name) -> m.channel(name, ChannelOptions.manyToOne(256)));
        private final SharedChannel channel = SUPPLY.take();
        private int plain;

        @Actor
        public void sender() {
            plain = 42;
            channel.trySend(message(3));
        }

        @Actor
        public void receiver(III_Result r) {
            r.r1 = poll(channel);
            r.r2 = r.r1 == 0 ? -1 : plain;
            channel.leave();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = poll(channel);
            channel.leave();
            SUPPLY.giveBack(channel);
        }
    }

    /// Two senders and a receiver at once.
    @JCStressTest
    @Outcome(
            id = {"0, -1, 12", "1, 41, 2", "2, 42, 1"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class ManySendersAndAReceiver {
        private static final Supply<SharedChannel> SUPPLY =
                Supply.of((m, name) -> m.channel(name, ChannelOptions.manyToOne(256)));
        private final SharedChannel channel = SUPPLY.take();
        private int plain1;
        private int plain2;

        @Actor
        public void one() {
            plain1 = 41;
            channel.trySend(message(1));
        }

        @Actor
        public void two() {
            plain2 = 42;
            channel.trySend(message(2));
        }

        @Actor
        public void receiver(III_Result r) {
            r.r1 = poll(channel);
            r.r2 = r.r1 == 0 ? -1 : r.r1 == 1 ? plain1 : plain2;
            channel.leave();
        }

        @Arbiter
        public void end(III_Result r) {
            final int first = poll(channel);
            final int second = poll(channel);
            final int low = Math.min(first, second);
            final int high = Math.max(first, second);
            r.r3 = low == 0 ? high : low * 10 + high;
            channel.leave();
            SUPPLY.giveBack(channel);
        }
    }

    private static final String[] VALUES = {"", "a".repeat(20), "b".repeat(20), "c".repeat(20), "d".repeat(20)};

    private static int which(@Nullable String value) {
        for (int i = 0; i < VALUES.length; i++) {
            if (VALUES[i].equals(value)) {
                return i;
            }
        }
        return value == null ? 0 : -1;
    }

    /// Who polls a topic gets the value, whole, and sees what was done before it was published.
    @JCStressTest
    @Outcome(
            id = {"0, -1", "1, 42"},
            expect = Expect.ACCEPTABLE)
    @State
    public static class Topic {
        private static final Supply<SharedTopic<String>> SUPPLY =
                Supply.of((m, name) -> m.topic(name, String.class, SharedTopic.LEAST_CAPACITY));
        private final SharedTopic<String> topic = SUPPLY.take();
        private final SharedTopic.Subscription<String> subscription = topic.subscribe();
        private int plain;

        @Actor
        public void publisher() {
            plain = 42;
            topic.publish(VALUES[1]);
        }

        @Actor
        public void subscriber(II_Result r) {
            r.r1 = which(subscription.poll());
            r.r2 = r.r1 == 0 ? -1 : plain;
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(topic);
        }
    }

    /// A publisher that laps a subscriber in the middle of a read: the value is whole, or refused.
    @JCStressTest
    @Outcome(
            id = {"0", "1", "2", "3", "4"},
            expect = Expect.ACCEPTABLE)
    @Outcome(
            id = {"-1"},
            expect = Expect.FORBIDDEN,
            desc = "torn")
    @State
    public static class LappedTopic {
        private static final Supply<SharedTopic<String>> SUPPLY =
                Supply.of((m, name) -> m.topic(name, String.class, SharedTopic.LEAST_CAPACITY));
        private final SharedTopic<String> topic = SUPPLY.take();
        private final SharedTopic.Subscription<String> subscription = topic.subscribe();

        public LappedTopic() {
            topic.publish(VALUES[1]);
        }

        @Actor
        public void publisher() {
            for (int i = 0; i < 16; i++) {
                topic.publish(VALUES[2 + i % 3]);
            }
        }

        @Actor
        public void subscriber(I_Result r) {
            r.r1 = which(subscription.poll());
        }

        @Arbiter
        public void end() {
            SUPPLY.giveBack(topic);
        }
    }
}
