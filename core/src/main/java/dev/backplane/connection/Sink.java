package dev.backplane.connection;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Where the bytes of one message go as they arrive.
interface Sink {
    /// Told first: how long the message is.
    ///
    /// @throws java.net.ProtocolException if that is too long
    void begin(long lengthBytes) throws IOException;

    /// Where the next bytes go.
    ///
    /// @return at least one byte while the message is not complete, not more than it has left
    MemorySegment room();

    /// Told after some of [#room] was filled, from its beginning.
    void filled(long lengthBytes);
}
