package dev.backplane.remote;

import dev.backplane.SharedOnce;

/// A [SharedOnce] of a server, see [JvmOnce].
///
/// @param target the server's object
/// @param holds which of this client's threads run an initialiser
record RemoteOnce(RemoteTarget target, RemoteHolds holds) implements SharedOnce, RemoteObject {
    @Override
    public boolean isDone() {
        return target.test("isDone");
    }

    @Override
    public boolean run(Runnable initialiser) {
        if (isDone()) {
            return false;
        }
        final long state = RemoteWait.uninterruptibly(nanos -> {
            final long now = target.longOf(target.call(nanos, "begin", nanos), "begin");
            return now == JvmOnce.TIMED_OUT ? null : (Long) now;
        });
        if (state == JvmOnce.DONE) {
            return false;
        }
        holds.acquired();
        boolean completed = false;
        try {
            initialiser.run();
            completed = true;
        } finally {
            end(completed);
        }
        return true;
    }

    private void end(boolean completed) {
        try {
            holds.releaseAll();
            target.call("end", completed);
        } catch (RuntimeException e) {
            if (completed) {
                throw e;
            }
            // The initialiser threw, which says more; the server finds out by the end of the connection.
            RemoteLinks.LOG.log(System.Logger.Level.DEBUG, "the server is not told of an initialiser's failure", e);
        }
    }
}
