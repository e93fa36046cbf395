package dev.backplane.shm;

/// When the receiver of a stream of messages looks away for a moment.
///
/// Who reads a ring right behind its sender takes the line of cache away that the sender is about to write the next
/// message to, and from then on both do little but wait for lines. Messages that come so quickly arrive
/// sooner if the reader lets some gather: a read that comes right after one that caught up with them waits first.
/// The time counts from the end of that one, so that nobody waits who has something else to do in between; it
/// doubles, up to [#MOST_NANOS], while messages keep coming, and there is none once they come slower, or fill so much
/// of the ring that the sender might have to wait.
///
/// Of one thread.
final class StreamPause {
    /// So many messages, and no fewer, tell how quickly they come; and who reads fewer at a time is not for a stream.
    static final int STREAM = 16;
    /// Messages that come no quicker than this find the line of cache where their sender left it.
    static final long MESSAGE_NANOS = 100;
    /// The longest pause.
    static final long MOST_NANOS = 2_000;

    private static final long LEAST_NANOS = 100;
    private static final int PARTS_OF_THE_RING = 4;

    private final int capacity;
    private long received;
    private long since = System.nanoTime();
    private long position;
    private long nanos = LEAST_NANOS;
    private boolean pauses;

    /// Nothing has come yet.
    ///
    /// @param capacity of the ring, in bytes
    StreamPause(int capacity) {
        this.capacity = capacity;
    }

    /// Waits until a pause that began after an earlier read is over.
    ///
    /// @param most how many messages the read that follows would receive
    void before(int most) {
        if (pauses && most >= STREAM) {
            pauses = false;
            while (System.nanoTime() - since < nanos) {
                Thread.onSpinWait();
            }
        }
    }

    /// Takes note of a read, after which a pause begins if it caught up with a stream.
    ///
    /// @param messages that the read received
    /// @param most that it would have received
    /// @param head the ring's position behind them
    void after(int messages, int most, long head) {
        received += messages;
        if (messages > 0 && messages < most && most >= STREAM && received >= STREAM) {
            final long now = System.nanoTime();
            final boolean quick = now - since <= received * MESSAGE_NANOS;
            pauses = quick && head - position <= capacity / PARTS_OF_THE_RING;
            nanos = pauses ? Math.min(2 * nanos, MOST_NANOS) : LEAST_NANOS;
            since = now;
            position = head;
            received = 0;
        }
    }

    /// How long the pause is that has begun, 0 if none has.
    long nanos() {
        return pauses ? nanos : 0;
    }
}
