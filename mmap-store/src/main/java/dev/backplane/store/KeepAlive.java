package dev.backplane.store;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/// How both ends of TCP find out that the other one's host has vanished without a word: by loss of power, or of
/// the cable.
///
/// A connection over which nothing goes for [#IDLE_SECONDS] is probed every [#INTERVAL_SECONDS], and is broken
/// when [#PROBES] of them had no answer. The kernel of a host answers for its processes, so one that is stopped
/// or busy is not taken for a host that has vanished.
final class KeepAlive {
    static final int IDLE_SECONDS = 10;
    static final int INTERVAL_SECONDS = 5;
    static final int PROBES = 4;

    private KeepAlive() {}

    /// Switches it on, as far as the system has it.
    static void enable(SocketChannel channel) throws IOException {
        final Set<java.net.SocketOption<?>> known = channel.supportedOptions();
        if (!known.contains(StandardSocketOptions.SO_KEEPALIVE)) {
            return; // No TCP.
        }
        if (known.contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
        }
        if (known.contains(ExtendedSocketOptions.TCP_KEEPINTERVAL)) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
        }
        if (known.contains(ExtendedSocketOptions.TCP_KEEPCOUNT)) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        }
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }
}
