package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class StreamPauseTest {
    private static final int MOST = 64;
    private static final int MANY = 1_000_000;
    private static final long OTHER_WORK_NANOS = 3_000;

    private final StreamPause pause = new StreamPause();
    private final long least = pause.nanos();

    @Test
    void aReaderRightBehindItsSenderPausesForLongerAndLonger() {
        readUntilPausesAreLongest();

        assertEquals(StreamPause.MOST_NANOS, pause.nanos());
    }

    @Test
    void aStreamThatEndsIsForgotten() {
        readUntilPausesAreLongest();

        readNothing();

        assertEquals(least, pause.nanos());
    }

    @Test
    void messagesOneByOneAreNotWaitedFor() {
        for (int i = 0; i < MANY; i++) {
            pause.after(1, MOST);
            readNothing();
        }

        assertEquals(least, pause.nanos());
    }

    @Test
    void oneWhoReadsAFewAtATimeDoesNotPause() {
        for (int i = 0; i < MANY; i++) {
            pause.after(1, StreamPause.STREAM - 1);
        }

        assertEquals(least, pause.nanos());
    }

    @Test
    void oneForWhomThereIsMoreDoesNotPause() {
        for (int i = 0; i < MANY; i++) {
            pause.after(MOST, MOST);
        }

        assertEquals(least, pause.nanos());
    }

    @Test
    void oneWhoHasSomethingElseToDoBetweenTwoReadsDoesNotPause() {
        for (int i = 0; i < MANY / MOST; i++) {
            pause.after(StreamPause.STREAM, MOST);
            final long start = System.nanoTime();
            while (System.nanoTime() - start < OTHER_WORK_NANOS) {
                Thread.onSpinWait();
            }
        }

        assertEquals(least, pause.nanos());
    }

    private void readUntilPausesAreLongest() {
        for (int i = 0; i < MANY && pause.nanos() < StreamPause.MOST_NANOS; i++) {
            pause.after(1, MOST);
        }
    }

    private void readNothing() {
        for (int i = 0; i < StreamPause.EMPTY_READS; i++) {
            pause.after(0, MOST);
        }
    }
}
