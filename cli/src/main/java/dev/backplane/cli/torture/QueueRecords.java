package dev.backplane.cli.torture;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Consumer;

/// What the oracle knows of each element of a queue, in a record of the board's for each; and of each life, whether
/// it was taking one when it ended.
final class QueueRecords {
    /// No number of an element: there is no record left.
    static final int FULL = -1;

    /// The life of who takes what is left at the end, and of who took nothing.
    static final int NOBODY = 0;

    /// Words of the board.
    private static final int CHANGED_NANOS = 0;

    /// Words of an element's record.
    private static final int PRODUCER = 0;

    private static final int DEATHS = 1;
    private static final int OUTCOME = 2;
    private static final int TAKER = 3;

    /// The first record is of no element, but of how many there are. Those of lives are the last ones.
    private static final int COUNTER = 0;

    private static final int COUNT = 0;
    private static final int MOST_ELEMENTS = LedgerLayout.MOST_SESSIONS - LedgerLayout.MOST_LIVES - 1;
    private static final int TAKING = 0;

    private static final int PUT = 1;
    private static final int REFUSED = 2;
    private static final int LEFT = LedgerLayout.MOST_LIVES;

    private static final int LONGEST_IN_SLOT = 56;
    private static final int LONGEST = 2_000;

    private final Board board;

    QueueRecords(Board board) {
        this.board = board;
    }

    /// The bytes of an element: its number, and others that follow from it.
    static byte[] element(int number, Random random) {
        final int length = Integer.BYTES + random.nextInt(random.nextInt(10) == 0 ? LONGEST : LONGEST_IN_SLOT);
        final byte[] bytes = new byte[length];
        ByteBuffer.wrap(bytes).putInt(number);
        for (int i = Integer.BYTES; i < length; i++) {
            bytes[i] = (byte) (number + i);
        }
        return bytes;
    }

    /// Which element it says that it is.
    static int number(byte[] element) {
        return element.length < Integer.BYTES ? 0 : ByteBuffer.wrap(element).getInt();
    }

    /// A life is about to put a new element.
    ///
    /// @return its number, or [#FULL]
    int begin(int life, long deaths) {
        final long number = 1 + board.add(COUNTER, COUNT, 1);
        if (number > MOST_ELEMENTS) {
            return FULL;
        }
        board.set(number, DEATHS, deaths);
        board.set(number, PRODUCER, life);
        return (int) number;
    }

    /// It was put, or not.
    void end(int number, boolean put) {
        board.set(number, OUTCOME, put ? PUT : REFUSED);
        board.set(CHANGED_NANOS, System.nanoTime());
    }

    private static long recordOf(int life) {
        return LedgerLayout.MOST_SESSIONS - 1L - life;
    }

    void beginTaking(int life) {
        board.set(recordOf(life), TAKING, 1);
    }

    void endTaking(int life) {
        board.set(recordOf(life), TAKING, 0);
    }

    long changedNanos() {
        return board.get(CHANGED_NANOS);
    }

    int producer(int number) {
        return (int) board.get(number, PRODUCER);
    }

    /// How many had died before the element was put.
    long deathsBefore(int number) {
        return board.get(number, DEATHS);
    }

    /// Writes down who took an element, and judges whether there is one to take.
    ///
    /// @param inPlace whether it is still in the queue while it is handled
    /// @return the life that had it and died with it, [#NOBODY] if none had
    int take(byte[] element, int life, boolean inPlace, Ledger ledger, Consumer<String> violation) {
        final int number = number(element);
        if (number < 1 || number > Math.min(MOST_ELEMENTS, board.get(COUNTER, COUNT)) || producer(number) == 0) {
            violation.accept("element " + number + " of " + element.length + " bytes was never put");
            return NOBODY;
        }
        for (int i = Integer.BYTES; i < element.length; i++) {
            if (element[i] != (byte) (number + i)) {
                violation.accept("byte " + i + " of element " + number + " is not what was put");
                break;
            }
        }
        checkOutcome(number, violation);
        final long taker = board.get(number, TAKER);
        final long next = (life == NOBODY ? LEFT : life) * 2L + (inPlace ? 1 : 0);
        final int before = (int) (taker >>> 1);
        final boolean diedWithIt = (taker & 1) != 0 && ledger.isCondemned(before);
        if (taker != 0 && !diedWithIt || !board.compareAndSet(number, TAKER, taker, next)) {
            violation.accept("element " + number + " is doubled: life " + before + " has it, too");
        }
        board.set(CHANGED_NANOS, System.nanoTime());
        return before;
    }

    /// An element that was taken must not have been refused.
    private void checkOutcome(long number, Consumer<String> violation) {
        if (board.get(number, OUTCOME) == REFUSED) {
            violation.accept("element " + number + " was put, and its producer was told that it was not");
        }
    }

    /// When all have ended and the queue is empty.
    void audit(Consumer<String> violation) {
        final long count = Math.min(MOST_ELEMENTS, board.get(COUNTER, COUNT));
        long lost = 0;
        for (long number = 1; number <= count; number++) {
            final boolean taken = board.get(number, TAKER) != 0;
            if (!taken && board.get(number, OUTCOME) == PUT) {
                lost++;
            } else if (taken) {
                checkOutcome(number, violation);
            }
        }
        long hidden = 0;
        for (int life = 1; life < LedgerLayout.MOST_LIVES; life++) {
            hidden += board.get(recordOf(life), TAKING);
        }
        if (lost > hidden) {
            violation.accept(lost + " elements of " + count + " are lost, and only " + hidden
                    + " consumers died that may have taken one");
        }
    }
}
