package dev.backplane.shm;

import dev.backplane.ChannelOptions;
import dev.backplane.SharedChannel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Texts as messages of a channel.
final class ChannelMessages {
    private ChannelMessages() {}

    static ChannelOptions options(boolean many) {
        return new ChannelOptions(many, 1024);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static List<String> drain(SharedChannel channel) {
        final List<String> received = new ArrayList<>();
        int polled = 1;
        while (polled > 0) {
            polled = channel.poll((memory, offset, length) -> received.add(text(memory, offset, length)), 100);
        }
        return received;
    }

    static String text(MemorySegment memory, long offset, int length) {
        return new String(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
