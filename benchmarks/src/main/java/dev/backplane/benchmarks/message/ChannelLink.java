package dev.backplane.benchmarks.message;

import dev.backplane.SharedChannel;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// [SharedChannel].
@SuppressWarnings("serial") // The channel is serialized as its handle.
final class ChannelLink implements Link {
    private static final long serialVersionUID = 1;

    private final SharedChannel channel;
    private transient @Nullable Copy copy;

    ChannelLink(SharedChannel channel) {
        this.channel = channel;
    }

    private record Copy(Message message) implements SharedChannel.Handler {
        @Override
        public void onMessage(MemorySegment memory, long offset, int lengthBytes) {
            MemorySegment.copy(memory, offset, message.segment(), 0, lengthBytes);
        }
    }

    private Copy into(Message message) {
        Copy into = copy;
        if (into == null || into.message != message) {
            into = new Copy(message);
            copy = into;
        }
        return into;
    }

    @Override
    public boolean trySend(Message message) {
        return channel.trySend(message.segment(), 0, message.length());
    }

    @Override
    public boolean tryReceive(Message message) {
        return channel.poll(into(message), 1) == 1;
    }

    @Override
    public int receiveAll(Message message, int most) {
        return channel.poll(into(message), most);
    }
}
