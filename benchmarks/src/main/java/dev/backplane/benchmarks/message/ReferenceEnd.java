package dev.backplane.benchmarks.message;

import java.util.Queue;

/// Of a queue of references within one JVM, which cannot reach another one: messages are copied into arrays that go
/// round, so that it makes no garbage.
final class ReferenceEnd implements Link.End {
    private final Queue<byte[]> queue;
    private final byte[] message;
    private final byte[][] arrays;
    private int next;
    private boolean isFilled;

    /// An end.
    ///
    /// @param capacity how many the queue holds: with two arrays more, none is filled again before it was read
    ReferenceEnd(Queue<byte[]> queue, int capacity, Message message) {
        this.queue = queue;
        this.message = message.bytes();
        this.arrays = new byte[capacity + 2][message.length()];
    }

    @Override
    public boolean trySend() {
        final byte[] array = arrays[next];
        if (!isFilled) {
            System.arraycopy(message, 0, array, 0, message.length);
            isFilled = true;
        }
        if (!queue.offer(array)) {
            return false;
        }
        isFilled = false;
        next = next + 1 == arrays.length ? 0 : next + 1;
        return true;
    }

    @Override
    public int tryReceive(int most) {
        int count = 0;
        while (count < most) {
            final byte[] array = queue.poll();
            if (array == null) {
                break;
            }
            System.arraycopy(array, 0, message, 0, message.length);
            count++;
        }
        return count;
    }
}
