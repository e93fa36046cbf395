package dev.backplane.store;

import java.time.Duration;

final class NioSocket {
    private NioSocket() {}

    static StreamSocket connect(Endpoint to, Duration timeout) {
        throw new UnsupportedOperationException(to + " within " + timeout);
    }
}
