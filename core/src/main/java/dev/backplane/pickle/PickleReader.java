package dev.backplane.pickle;

import org.jspecify.annotations.Nullable;

final class PickleReader {
    PickleReader(PickleInput in, PickleLimits limits, PickleGlobals globals) {}

    @Nullable Object read() {
        throw new PickleException("not yet");
    }

    int remaining() {
        return 0;
    }

    int position() {
        return 0;
    }
}
