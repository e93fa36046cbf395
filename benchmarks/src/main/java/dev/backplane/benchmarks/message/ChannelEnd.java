package dev.backplane.benchmarks.message;

import dev.backplane.SharedChannel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Of a [SharedChannel].
record ChannelEnd(SharedChannel channel, Message message) implements Link.End, SharedChannel.Handler {
    @Override
    public boolean trySend() {
        return channel.trySend(message.segment(), 0, message.length());
    }

    @Override
    public int tryReceive(int most) {
        return channel.poll(this, most);
    }

    @Override
    public void onMessage(MemorySegment memory, long offset, int lengthBytes) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, message.bytes(), 0, lengthBytes);
    }
}
