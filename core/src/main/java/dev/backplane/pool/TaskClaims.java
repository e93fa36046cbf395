package dev.backplane.pool;

import dev.backplane.SharedByteArray;
import dev.backplane.store.SegmentBuffer;

/// Which of the tasks that were sent to a worker it has not begun, so that the pool can take them back.
///
/// ```
///   0               8
///  +---------------+---------------+
///  | offered  i64  | offered  i64  |   the number of a task, or 0 when free
///  +---------------+---------------+
/// ```
///
/// | word    | read    | written         | by                                                         |
/// |---------|---------|-----------------|------------------------------------------------------------|
/// | offered | acquire | release         | the pool, before it sends a task                           |
/// | offered | acquire | compare-and-set | the worker that begins a task, the pool that takes it back |
final class TaskClaims {
    /*
     * A task is sent to a worker under a number that no other task of this worker has had, also if the same task is
     * sent to it again. Its number is put in a free word, then its frame in the ring. Whoever changes the word back
     * to 0 has the task: the worker, which begins it, or the pool, which gives it to somebody else. So it is begun
     * once. The frame of a task that was taken back stays in the ring, and the worker that comes to it finds its
     * number in no word, and passes over it. There is a free word for each task that may be sent, since a task that
     * was begun, or taken back, has left its own.
     *
     * What a kill leaves: the pool's, nothing, since its workers end with it. The worker's, before its
     * compare-and-set, a number, by which the pool knows that the task was not begun; after it, a task that was begun,
     * which may have done anything, and is blamed for the death. The words are read when the process has been reaped,
     * so they change no more.
     */
    private static final int FREE = 0;

    /// The size of the memory of one.
    static final int BYTES = WorkerLink.CREDITS * Long.BYTES;

    private final SegmentBuffer words;

    TaskClaims(SharedByteArray array, int offset) {
        this.words = new SegmentBuffer(array.asWritableSegment(), offset, BYTES);
    }

    /// Says that a task may be begun. In the pool, before its frame is sent.
    ///
    /// @param number more than 0, and used for no task before
    void offer(long number) {
        words.putLongRelease(find(FREE), number);
    }

    /// Takes a task, to begin it or to take it back.
    ///
    /// @return false if the other side has it
    boolean claim(long number) {
        for (int word = 0; word < BYTES; word += Long.BYTES) {
            if (words.getLongAcquire(word) == number) {
                return words.compareAndSetLong(word, number, FREE);
            }
        }
        return false;
    }

    /// Whether nobody has taken a task that was offered. In the pool.
    boolean isOpen(long number) {
        for (int word = 0; word < BYTES; word += Long.BYTES) {
            if (words.getLongAcquire(word) == number) {
                return true;
            }
        }
        return false;
    }

    private int find(long value) {
        for (int word = 0; word < BYTES; word += Long.BYTES) {
            if (words.getLongAcquire(word) == value) {
                return word;
            }
        }
        throw new IllegalStateException("a worker has begun none of the " + WorkerLink.CREDITS
                + " tasks that it may have, and was to get one more");
    }
}
