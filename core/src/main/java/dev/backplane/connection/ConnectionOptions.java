package dev.backplane.connection;

import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.store.Waiting;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How a connection over a socket behaves. Immutable: each method gives a copy.
public final class ConnectionOptions {
    /// How long connecting and the handshake take at most, unless chosen.
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

    /// The longest message that is received, unless chosen: 64 MiB.
    public static final long DEFAULT_MAX_FRAME_BYTES = 64 << 20;

    private final @Nullable Secret authkey;
    private final Codec<@Nullable Object> codec;
    private final Waiting waiting;
    private final Duration handshakeTimeout;
    private final long maxFrameBytes;
    private final @Nullable TlsOptions tls;
    private final boolean allowMd5;
    private final Duration interruptGrace;
    private final @Nullable Duration unacknowledged;

    private ConnectionOptions(
            @Nullable Secret authkey,
            Codec<@Nullable Object> codec,
            Waiting waiting,
            Duration handshakeTimeout,
            long maxFrameBytes,
            @Nullable TlsOptions tls,
            boolean allowMd5,
            Duration interruptGrace,
            @Nullable Duration unacknowledged) {
        this.authkey = authkey;
        this.codec = codec;
        this.waiting = waiting;
        this.handshakeTimeout = handshakeTimeout;
        this.maxFrameBytes = maxFrameBytes;
        this.tls = tls;
        this.allowMd5 = allowMd5;
        this.interruptGrace = interruptGrace;
        this.unacknowledged = unacknowledged;
    }

    /// No authkey, so that anybody is let in and nobody is asked; [#plainValues]; waiting by default; no TLS;
    /// no MD5.
    ///
    /// @return the defaults
    public static ConnectionOptions defaults() {
        return new ConnectionOptions(
                null,
                plainValues(),
                Waiting.byDefault(),
                DEFAULT_HANDSHAKE_TIMEOUT,
                DEFAULT_MAX_FRAME_BYTES,
                null,
                false,
                Duration.ZERO,
                null);
    }

    /// The codec unless another is chosen: the tagged form of nulls, boxed primitives, strings, arrays and
    /// the classes of java.util, java.time and java.math that the standard policy has; no class of an
    /// application, no lambda, and no shared object, since a stranger must not make this JVM attach segments.
    ///
    /// @return the codec
    public static Codec<@Nullable Object> plainValues() {
        final SerializationPolicy standard = SerializationPolicy.standard();
        return Codecs.tagged(new SerializationPolicy(
                standard.allowed().stream()
                        .filter(name -> name.startsWith("java.") && !name.startsWith("java.lang.invoke."))
                        .toList(),
                standard.maxDepth(),
                standard.maxReferences(),
                standard.maxArrayLength(),
                standard.maxBytes()));
    }

    /// Lets nobody in who cannot prove to have a key, and proves to others to have it.
    ///
    /// @param secret at least one byte, copied; the copy lasts as long as these options
    /// @return a copy
    public ConnectionOptions authkey(byte[] secret) {
        return new ConnectionOptions(
                new Secret(secret),
                codec,
                waiting,
                handshakeTimeout,
                maxFrameBytes,
                tls,
                allowMd5,
                interruptGrace,
                unacknowledged);
    }

    /// Chooses how values become bytes.
    ///
    /// @param other what [Connection#send] and [Connection#receive] use; nulls included
    /// @return a copy
    public ConnectionOptions codec(Codec<@Nullable Object> other) {
        return new ConnectionOptions(
                authkey,
                other,
                waiting,
                handshakeTimeout,
                maxFrameBytes,
                tls,
                allowMd5,
                interruptGrace,
                unacknowledged);
    }

    /// Chooses how threads wait for the other end.
    ///
    /// @param how spinning, sleeping or both
    /// @return a copy
    public ConnectionOptions waiting(Waiting how) {
        return new ConnectionOptions(
                authkey, codec, how, handshakeTimeout, maxFrameBytes, tls, allowMd5, interruptGrace, unacknowledged);
    }

    /// Limits how long it may take to connect, and to do all of the handshake.
    ///
    /// @param longest positive
    /// @return a copy
    public ConnectionOptions handshakeTimeout(Duration longest) {
        if (!longest.isPositive()) {
            throw new IllegalArgumentException("handshakeTimeout is " + longest + ", must be positive");
        }
        return new ConnectionOptions(
                authkey, codec, waiting, longest, maxFrameBytes, tls, allowMd5, interruptGrace, unacknowledged);
    }

    /// Limits the messages that are received.
    ///
    /// @param most the longest, 1 or more bytes; arrays and values end at 2³¹ - 9 all the same
    /// @return a copy
    public ConnectionOptions maxFrameBytes(long most) {
        if (most < 1) {
            throw new IllegalArgumentException("maxFrameBytes is " + most + ", must be at least 1");
        }
        return new ConnectionOptions(
                authkey, codec, waiting, handshakeTimeout, most, tls, allowMd5, interruptGrace, unacknowledged);
    }

    /// Encrypts connections of TCP.
    ///
    /// @param options certificates and trust
    /// @return a copy
    public ConnectionOptions tls(TlsOptions options) {
        return new ConnectionOptions(
                authkey,
                codec,
                waiting,
                handshakeTimeout,
                maxFrameBytes,
                options,
                allowMd5,
                interruptGrace,
                unacknowledged);
    }

    /// Accepts and gives proofs of the key by MD5, which is all that Python 3.8 to 3.11 has. See [Challenge].
    ///
    /// @param allowed whether to
    /// @return a copy
    public ConnectionOptions allowMd5(boolean allowed) {
        return new ConnectionOptions(
                authkey, codec, waiting, handshakeTimeout, maxFrameBytes, tls, allowed, interruptGrace, unacknowledged);
    }

    /// Lets an interrupt that comes in the midst of a message wait for the rest of it, so that no connection
    /// need be closed and no message lost. The rest counts as long as it keeps coming; zero, the default,
    /// closes at once.
    ///
    /// @param longest how long to wait for the next of its bytes, 0 or more
    /// @return a copy
    public ConnectionOptions interruptGrace(Duration longest) {
        if (longest.isNegative()) {
            throw new IllegalArgumentException("interruptGrace is " + longest + ", must not be negative");
        }
        return new ConnectionOptions(
                authkey, codec, waiting, handshakeTimeout, maxFrameBytes, tls, allowMd5, longest, unacknowledged);
    }

    /// Breaks a connection of TCP whose other end has taken nothing of what was sent for some time: its host has
    /// vanished without a word, or its process has stopped reading and the buffers are full. No limit, the default,
    /// is for peers that may take their time: one whose host has vanished is noticed within
    /// 30 seconds as long as nothing is sent to it, and after some 15 minutes otherwise.
    /// Only Linux has this.
    ///
    /// @param longest at least a millisecond
    /// @return a copy
    public ConnectionOptions unacknowledgedTimeout(Duration longest) {
        if (TimeUnit.MILLISECONDS.convert(longest) < 1) {
            throw new IllegalArgumentException(
                    "unacknowledgedTimeout is " + longest + ", must be at least a millisecond");
        }
        return new ConnectionOptions(
                authkey, codec, waiting, handshakeTimeout, maxFrameBytes, tls, allowMd5, interruptGrace, longest);
    }

    @Nullable
    Secret authkey() {
        return authkey;
    }

    Codec<@Nullable Object> codec() {
        return codec;
    }

    Waiting waiting() {
        return waiting;
    }

    Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    long maxFrameBytes() {
        return maxFrameBytes;
    }

    @Nullable
    TlsOptions tls() {
        return tls;
    }

    boolean allowMd5() {
        return allowMd5;
    }

    Duration interruptGrace() {
        return interruptGrace;
    }

    @Nullable
    Duration unacknowledgedTimeout() {
        return unacknowledged;
    }

    /// The options, without the key.
    @Override
    public String toString() {
        return "ConnectionOptions[" + (authkey == null ? "no authkey" : "an authkey") + ", codec " + codec.name() + ", "
                + waiting + ", handshakeTimeout " + handshakeTimeout + ", maxFrameBytes " + maxFrameBytes
                + (tls == null ? "" : ", TLS") + (allowMd5 ? ", MD5 allowed" : "") + "]";
    }
}
