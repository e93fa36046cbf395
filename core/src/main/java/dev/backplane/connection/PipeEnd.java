package dev.backplane.connection;

import dev.backplane.SharedChannel;
import dev.backplane.SharedLongArray;
import dev.backplane.SharedSemaphore;
import java.io.InvalidObjectException;
import java.io.Serial;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/// What an end of a pipe consists of in shared memory, and its serialized form: where it is read, the end is
/// taken.
///
/// Who has an end holds a permit of its semaphore, which the kernel's word on a process's death gives back.
/// An end that is on its way to another process is counted, so that its sender may close his before it
/// arrives.
@SuppressWarnings("serial") // Shared objects are serialized as their handles.
final class PipeEnd implements Serializable {
    /*
     *   counts   0 times held, left   1 on its way, left   2 times held, right   3 on its way, right
     *
     * taken:   permit - 1, then times held + 1, then, if it came from elsewhere, on its way - 1
     * sent:    on its way + 1, then the bytes are written
     * closed:  permit + 1; if that was the last and none is on its way, both channels are shut down, which
     *          wakes the other end at once. Killed before: the other end looks at the counts at the end of a slice.
     *
     * gone:    held before, all permits back, none on its way
     *
     * These are several words. An end that arrives between the looks at the permits and at what is on its way is
     * seen in neither. So `times held` is looked at before and behind them: if it has changed, somebody has taken the
     * end. If it has not, none arrived between them: whose `times held` was raised earlier had its permit by then, and
     * still has it, since an end is closed only once it has arrived, and one whose process is killed before that
     * stays on its way. So nothing was on its way at the look at the permits either, and nobody had the end.
     *
     * Who closes an end meanwhile that somebody else takes leaves the channels open to him, who shuts them down when
     * he closes it; if he is killed, the other end finds out.
     */
    static final int LEFT = 0;
    static final int RIGHT = 1;
    static final int COUNTS = 4;
    static final int MOST_HOLDERS = 1_000_000;

    @Serial
    private static final long serialVersionUID = 1L;

    private final @Nullable SharedChannel in;
    private final @Nullable SharedChannel out;
    private final SharedSemaphore mine;
    private final SharedSemaphore theirs;
    private final SharedLongArray counts;
    private final int side;

    PipeEnd(
            @Nullable SharedChannel in,
            @Nullable SharedChannel out,
            SharedSemaphore mine,
            SharedSemaphore theirs,
            SharedLongArray counts,
            int side) {
        this.in = in;
        this.out = out;
        this.mine = mine;
        this.theirs = theirs;
        this.counts = counts;
        this.side = side;
    }

    SharedChannel in() {
        if (in == null) {
            throw new UnsupportedOperationException("this end of a one-way pipe sends only");
        }
        return in;
    }

    SharedChannel out() {
        if (out == null) {
            throw new UnsupportedOperationException("this end of a one-way pipe receives only");
        }
        return out;
    }

    private static int heldAt(int side) {
        return 2 * side;
    }

    private static int onItsWayAt(int side) {
        return 2 * side + 1;
    }

    void take() {
        mine.acquireUninterruptibly();
        counts.getAndAdd(heldAt(side), 1);
    }

    /// Gives the end back, and ends the pipe if nobody else has it or is to get it.
    ///
    /// @param held whether it was taken
    void giveUp(boolean held) {
        if (held) {
            mine.release();
        }
        if (isNobodys(mine, side)) {
            if (out != null) {
                out.shutdown();
            }
            if (in != null) {
                in.shutdown();
            }
        }
    }

    /// Whether nobody has an end, nor is to get it.
    private boolean isNobodys(SharedSemaphore holders, int of) {
        final long held = counts.getVolatile(heldAt(of));
        return holders.availablePermits() == MOST_HOLDERS
                && counts.getVolatile(onItsWayAt(of)) <= 0
                && counts.getVolatile(heldAt(of)) == held;
    }

    void sent() {
        counts.getAndAdd(onItsWayAt(side), 1);
    }

    boolean isOnItsWay() {
        return counts.getVolatile(onItsWayAt(side)) > 0;
    }

    /// Whether nobody has the other end any more; looks for the dead first.
    boolean otherIsGone() {
        final SharedChannel any = in != null ? in : out();
        any.hasSender(); // Which sweeps.
        final int other = 1 - side;
        return counts.getVolatile(heldAt(other)) > 0 && isNobodys(theirs, other);
    }

    @Serial
    private Object readResolve() throws InvalidObjectException {
        if (side != LEFT && side != RIGHT) {
            throw new InvalidObjectException("an end of a pipe is left or right, not " + side);
        }
        final PipeTransport transport = new PipeTransport(this, null);
        transport.take();
        counts.getAndAdd(onItsWayAt(side), -1);
        return Pipe.connection(transport);
    }

    @Override
    public String toString() {
        return "pipe " + mine.handle().segment().id() + ", " + (side == LEFT ? "left" : "right") + " end";
    }
}
