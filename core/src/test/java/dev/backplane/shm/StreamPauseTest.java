package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class StreamPauseTest {
    private static final int MOST = 64;
    private static final int MANY = 1_000_000;
    private static final int SOME = 1_000;
    private static final int MESSAGE_BYTES = 40;

    private final StreamPause pause = new StreamPause(1 << 20);
    private long head = MESSAGE_BYTES;

    @Test
    void oneWhoCatchesUpWithAStreamPausesForLongerAndLonger() {
        readUntilPausesAreLongest();

        assertEquals(StreamPause.MOST_NANOS, pause.nanos());
    }

    @Test
    void thePauseIsOverBeforeTheNextRead() {
        long start;
        do {
            start = System.nanoTime();
            read(StreamPause.STREAM, MOST);
        } while (pause.nanos() == 0);
        final long nanos = pause.nanos();

        pause.before(MOST);

        assertTrue(System.nanoTime() - start >= nanos);
        assertEquals(0, pause.nanos());
    }

    @Test
    void messagesThatComeSlowerAreNotWaitedFor() {
        readUntilPausesAreLongest();
        for (int i = 0; i < StreamPause.STREAM; i++) {
            readAfter(2 * StreamPause.MESSAGE_NANOS, 1);
        }

        for (int i = 0; i < SOME; i++) {
            assertEquals(0, pause.nanos());
            readAfter(2 * StreamPause.MESSAGE_NANOS, 1);
        }
    }

    @Test
    void aFewMessagesAreNotWaitedFor() {
        for (int i = 1; i < StreamPause.STREAM; i++) {
            read(1, MOST);
            read(0, MOST);

            assertEquals(0, pause.nanos());
        }
    }

    @Test
    void oneWhoReadsAFewAtATimeDoesNotPause() {
        for (int i = 0; i < SOME; i++) {
            read(1, StreamPause.STREAM - 1);

            assertEquals(0, pause.nanos());
        }
    }

    @Test
    void oneForWhomThereIsMoreDoesNotPause() {
        for (int i = 0; i < SOME; i++) {
            read(MOST, MOST);

            assertEquals(0, pause.nanos());
        }
    }

    @Test
    void oneWhoseSenderMayFillTheRingMeanwhileDoesNotPause() {
        final StreamPause ofASmallRing = new StreamPause(2 * StreamPause.STREAM * MESSAGE_BYTES);
        for (int i = 0; i < SOME; i++) {
            head += (long) StreamPause.STREAM * MESSAGE_BYTES;
            ofASmallRing.after(StreamPause.STREAM, MOST, head);

            assertEquals(0, ofASmallRing.nanos());
        }
    }

    private void readUntilPausesAreLongest() {
        for (int i = 0; i < MANY && pause.nanos() < StreamPause.MOST_NANOS; i++) {
            read(StreamPause.STREAM, MOST);
        }
    }

    private void readAfter(long nanos, int messages) {
        final long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
        read(messages, MOST);
    }

    private void read(int messages, int most) {
        head += (long) messages * MESSAGE_BYTES;
        pause.after(messages, most, head);
    }
}
