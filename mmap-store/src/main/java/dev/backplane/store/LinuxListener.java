package dev.backplane.store;

import java.io.IOException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// [StreamListener] by the system calls of Linux.
final class LinuxListener implements StreamListener {
    private final LinuxDescriptor descriptor;
    private final SocketCalls calls;
    private final Endpoint endpoint;
    private final @Nullable SocketFile file;
    private final SocketLane lane;

    /// @param file to be deleted on close, or null
    LinuxListener(LinuxDescriptor descriptor, Endpoint endpoint, @Nullable SocketFile file) {
        this.descriptor = descriptor;
        this.calls = descriptor.calls();
        this.endpoint = endpoint;
        this.file = file;
        this.lane = new SocketLane(descriptor, SocketCalls.POLLIN);
    }

    @Override
    public @Nullable StreamSocket accept(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        if (!lane.begin(waiting, timeoutNanos)) {
            return null;
        }
        try {
            while (true) {
                final int accepted = calls.accept(lane.state(), descriptor.number());
                if (accepted >= 0) {
                    return connected(accepted);
                }
                switch (-accepted) {
                    case NativeAccess.EAGAIN -> {
                        if (!lane.pause()) {
                            return null;
                        }
                        descriptor.ensureOpen(); // What has come since is for the process that has the socket now.
                    }
                    case NativeAccess.EINTR, SocketFailure.ECONNABORTED -> {} // The next one may be there already.
                    default -> {
                        descriptor.ensureOpen();
                        throw SocketFailure.of(accepted, "accept at", endpoint);
                    }
                }
            }
        } finally {
            lane.end();
        }
    }

    private StreamSocket connected(int number) {
        final LinuxDescriptor socket = new LinuxDescriptor(calls, descriptor.virtualThreads(), number);
        return LinuxSockets.connected(socket, endpoint, true);
    }

    @Override
    public boolean poll(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        if (!lane.begin(waiting, timeoutNanos)) {
            return false;
        }
        try {
            while (!lane.isReady()) {
                if (!lane.pause()) {
                    return false;
                }
            }
            descriptor.ensureOpen();
            return true;
        } finally {
            lane.end();
        }
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public OptionalInt openDescriptor() throws IOException {
        return OptionalInt.of(descriptor.duplicate(endpoint));
    }

    /// The file first, while the socket still holds its inode.
    @Override
    public synchronized void close() throws IOException {
        if (descriptor.isClosed()) {
            return;
        }
        try {
            if (file != null) {
                file.delete();
            }
        } finally {
            descriptor.close();
        }
    }

    @Override
    public synchronized void release() throws IOException {
        if (!descriptor.isClosed()) {
            descriptor.close();
        }
    }

    /// The listener, for messages.
    @Override
    public String toString() {
        return "StreamListener[" + endpoint + (descriptor.isClosed() ? ", closed]" : "]");
    }
}
