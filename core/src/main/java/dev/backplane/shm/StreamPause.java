package dev.backplane.shm;

/// When the receiver of a stream of messages looks away for a moment.
///
/// Who reads a ring right behind its sender takes the line of cache away that the sender is about to write the next
/// message to, and from then on both do little but wait for lines. Messages that come so quickly arrive
/// sooner if the reader lets some gather: for a moment that doubles, up to [#MOST_NANOS], while they keep coming.
/// There is no pause for messages that come one by one, nor for a reader that has something else to do between two
/// reads: for him they gather anyway.
///
/// Of one thread.
final class StreamPause {
    /// So many messages are a stream, and what a read must ask for to be of one.
    static final int STREAM = 16;
    /// So many reads in a row that find nothing end a stream: its sender is slower than lines of cache are.
    static final int EMPTY_READS = 4;
    /// The longest pause.
    static final long MOST_NANOS = 2_000;

    private static final long LEAST_NANOS = 100;

    /// A reader has nothing else to do if he catches up again within this, and time for what he received meanwhile.
    private static final long READ_NANOS = 200;
    private static final long MESSAGE_NANOS = 15;

    private long received;
    private int emptyReads;
    private long caughtUp;
    private long receivedSince;
    private long nanos = LEAST_NANOS;

    /// Takes note of a read, and pauses if it is not the first in a row that caught up with a stream.
    ///
    /// @param messages that the read received
    /// @param most that it would have received
    void after(int messages, int most) {
        received += messages;
        receivedSince += messages;
        if (messages == 0) {
            nothing();
        } else {
            emptyReads = 0;
            if (messages < most && most >= STREAM && received >= STREAM) {
                caughtUp();
            }
        }
    }

    private void nothing() {
        if (++emptyReads == EMPTY_READS) {
            emptyReads = 0;
            received = 0;
            nanos = LEAST_NANOS;
        }
    }

    private void caughtUp() {
        long now = System.nanoTime();
        final boolean again = now - caughtUp <= READ_NANOS + receivedSince * MESSAGE_NANOS;
        caughtUp = now;
        receivedSince = 0;
        if (again) {
            while (now - caughtUp < nanos) {
                Thread.onSpinWait();
                now = System.nanoTime();
            }
            caughtUp = now;
            nanos = Math.min(2 * nanos, MOST_NANOS);
        }
    }

    /// How long the next pause is.
    long nanos() {
        return nanos;
    }
}
