package dev.backplane.connection;

import dev.backplane.Manager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// The segment of a pipe in the JVM that has opened it, to be closed with the last end that is used there.
final class PipeOwner {
    private static final long SLICE_NANOS = 50_000_000;
    /// How long an end may be on its way: a JVM's start, and much more.
    private static final long LONGEST_WAY_NANOS = 60_000_000_000L;

    private final Manager manager;
    private final List<PipeTransport> ends = new ArrayList<>();
    private boolean done;

    PipeOwner(Manager manager) {
        this.manager = manager;
    }

    void add(PipeTransport end) {
        ends.add(end);
    }

    /// An end was closed here.
    void closed() throws IOException {
        synchronized (this) {
            if (done || !ends.stream().allMatch(PipeTransport::isDone)) {
                return;
            }
            done = true;
            ends.forEach(PipeTransport::retire);
        }
        if (isOnItsWay()) {
            // Who attaches finds the segment through this process.
            Thread.ofVirtual().name("backplane-pipe").start(this::closeLater);
        } else {
            manager.close();
        }
    }

    private boolean isOnItsWay() {
        return ends.stream().anyMatch(PipeTransport::isOnItsWay);
    }

    private void closeLater() {
        final long start = System.nanoTime();
        while (isOnItsWay() && System.nanoTime() - start < LONGEST_WAY_NANOS) {
            LockSupport.parkNanos(this, SLICE_NANOS);
        }
        try {
            manager.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a pipe's segment cannot be closed", e);
        }
    }
}
