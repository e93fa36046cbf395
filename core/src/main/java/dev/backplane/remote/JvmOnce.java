package dev.backplane.remote;

import dev.backplane.SharedOnce;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A [SharedOnce] for clients that are JVMs. The initialiser runs in the client, while a thread of this process
/// runs one in its stead that waits for its end.
///
/// **Client death.** When the connection ends, the initialiser counts as one that threw.
final class JvmOnce extends JvmReferent {
    /// Others run theirs still.
    static final long TIMED_OUT = 0;
    /// One has completed.
    static final long DONE = 1;
    /// The caller is to run its own, and then to say `end`.
    static final long BEGUN = 2;

    private final SharedOnce once;
    private final Map<Caller, Turn> turns = new ConcurrentHashMap<>();

    JvmOnce(SharedOnce once) {
        super("once");
        this.once = once;
    }

    /// One caller's, from when it asks to when its initialiser is over.
    private static final class Turn {
        /// Whether the caller is to run its own.
        private final CompletableFuture<Boolean> mine = new CompletableFuture<>();
        /// Whether that has completed.
        private final CompletableFuture<Boolean> completed = new CompletableFuture<>();
        /// When it has ended, the others may know.
        private final Thread thread;
        /// Whether the caller knows that it is to run its own. Used by its thread only.
        private boolean told;

        Turn(SharedOnce once) {
            this.thread = Thread.ofVirtual().name("backplane-once").unstarted(() -> run(once));
        }

        private void run(SharedOnce once) {
            try {
                once.run(this::waitForClient);
                mine.complete(false);
            } catch (RuntimeException e) {
                mine.completeExceptionally(e);
            }
        }

        private void waitForClient() {
            mine.complete(true);
            if (!completed.join()) {
                throw new IllegalStateException("an initialiser of a client has failed");
            }
        }

        boolean isKnownWithin(long nanos) throws InterruptedException {
            try {
                mine.get(nanos, TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
            }
        }
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
        return switch (method) {
            case "isDone" -> once.isDone();
            case "begin" -> begin(caller, nanos(arguments));
            case "end" -> {
                end(caller, arguments.truth("completed", false));
                yield null;
            }
            default -> throw new UnknownMethodException(method, this);
        };
    }

    private long begin(Caller caller, long timeoutNanos) throws InterruptedException {
        caller.holds(this);
        final Turn turn = turns.computeIfAbsent(caller, who -> {
            final Turn begun = new Turn(once);
            begun.thread.start();
            return begun;
        });
        if (turn.told) {
            throw new IllegalStateException("the initialiser of " + once.name() + " asks for its own completion");
        }
        final boolean known;
        try {
            known = caller.await(turn::isKnownWithin, timeoutNanos);
        } catch (RuntimeException e) {
            turns.remove(caller);
            throw e;
        }
        if (!known) {
            return TIMED_OUT;
        }
        turn.told = turn.mine.join();
        if (!turn.told) {
            turns.remove(caller);
        }
        return turn.told ? BEGUN : DONE;
    }

    private void end(Caller caller, boolean completed) throws InterruptedException {
        final Turn turn = turns.remove(caller);
        if (turn == null) {
            throw new IllegalStateException("this client runs no initialiser of " + once.name());
        }
        turn.completed.complete(completed);
        turn.thread.join();
    }

    @Override
    public boolean isHeldBy(Caller caller) {
        return turns.containsKey(caller);
    }

    @Override
    public void release(Caller caller) {
        final Turn turn = turns.remove(caller);
        if (turn != null) {
            turn.completed.complete(false);
        }
    }
}
