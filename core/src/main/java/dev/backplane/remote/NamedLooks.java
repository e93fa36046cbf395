package dev.backplane.remote;

import dev.backplane.SharedChannel;
import dev.backplane.SharedOnce;
import dev.backplane.SharedStruct;
import dev.backplane.SharedTopic;

/// Objects that only JVMs use, for those who look into a manager: what is read of them changes nothing.
final class NamedLooks {
    private NamedLooks() {}

    static Referent channel(SharedChannel channel) {
        final Methods methods = new Methods()
                .get("used_bytes", () -> (long) channel.usedBytes())
                .get("max_message_bytes", () -> (long) channel.maxMessageBytes())
                .get("has_sender", channel::hasSender)
                .get("has_receiver", channel::hasReceiver)
                .get("is_shut_down", channel::isShutDown);
        return NamedReferent.of("SharedChannel", channel, methods);
    }

    static Referent topic(SharedTopic<?> topic) {
        final Methods methods = new Methods()
                .get("max_value_bytes", () -> (long) topic.maxValueBytes())
                .get("is_shut_down", topic::isShutDown);
        return NamedReferent.of("SharedTopic", topic, methods);
    }

    static Referent struct(SharedStruct<?> struct) {
        final Methods methods = new Methods()
                .get("get", () -> JavaValues.toPython(struct.get()))
                .get("version", struct::version);
        return NamedReferent.valued("SharedStruct", struct, methods, () -> JavaValues.toPython(struct.get()));
    }

    static Referent once(SharedOnce once) {
        return NamedReferent.of("SharedOnce", once, new Methods().get("is_done", once::isDone));
    }
}
