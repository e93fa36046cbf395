package dev.backplane;

import dev.backplane.codec.SerializationPolicy;
import dev.backplane.store.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// How a remote manager behaves, see [Manager#connect]. Immutable: each method gives a copy.
public final class ConnectOptions {
    /// How long connecting takes at most, unless chosen.
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /// How long a server that ought to answer at once may take, unless chosen.
    public static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(30);

    /// The longest message of the server, unless chosen: 64 MiB.
    public static final int DEFAULT_MAX_FRAME_BYTES = 64 << 20;

    private final byte[] key;
    private final Duration connectTimeout;
    private final Duration callTimeout;
    private final int maxFrameBytes;
    private final boolean allowMd5;
    private final Waiting waiting;
    private final Map<String, String> typeIds;
    private final @Nullable SSLContext tls;
    private final SerializationPolicy policy;

    private ConnectOptions(
            byte[] key,
            Duration connectTimeout,
            Duration callTimeout,
            int maxFrameBytes,
            boolean allowMd5,
            Waiting waiting,
            Map<String, String> typeIds,
            @Nullable SSLContext tls,
            SerializationPolicy policy) {
        this.key = key;
        this.connectTimeout = connectTimeout;
        this.callTimeout = callTimeout;
        this.maxFrameBytes = maxFrameBytes;
        this.allowMd5 = allowMd5;
        this.waiting = waiting;
        this.typeIds = typeIds;
        this.tls = tls;
        this.policy = policy;
    }

    /// The defaults with a key.
    ///
    /// @param authkey that of the server, at least one byte, copied
    /// @return the options
    /// @throws IllegalArgumentException if the key is empty
    public static ConnectOptions authkey(byte[] authkey) {
        if (authkey.length == 0) {
            throw new IllegalArgumentException("the authkey is empty, must be at least one byte");
        }
        return new ConnectOptions(
                authkey.clone(),
                DEFAULT_CONNECT_TIMEOUT,
                DEFAULT_CALL_TIMEOUT,
                DEFAULT_MAX_FRAME_BYTES,
                false,
                Waiting.byDefault(),
                Map.of(),
                null,
                SerializationPolicy.standard());
    }

    /// Limits how long it may take to connect and to prove the keys.
    ///
    /// @param longest positive
    /// @return a copy
    public ConnectOptions connectTimeout(Duration longest) {
        return new ConnectOptions(
                key,
                positive("connectTimeout", longest),
                callTimeout,
                maxFrameBytes,
                allowMd5,
                waiting,
                typeIds,
                tls,
                policy);
    }

    /// Limits how long a call may take that the server ought to answer at once: to send it, to wait, and to receive
    /// all of the answer. Waits for locks, elements and so on are not limited by it. A call above it is a
    /// [ConnectionLostException]. Long elements over a slow network need more than the default.
    ///
    /// @param longest positive
    /// @return a copy
    public ConnectOptions callTimeout(Duration longest) {
        return new ConnectOptions(
                key,
                connectTimeout,
                positive("callTimeout", longest),
                maxFrameBytes,
                allowMd5,
                waiting,
                typeIds,
                tls,
                policy);
    }

    private static Duration positive(String what, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(what + " is " + value + ", must be positive");
        }
        return value;
    }

    /// Limits the messages that are received.
    ///
    /// @param most at least 1024
    /// @return a copy
    public ConnectOptions maxFrameBytes(int most) {
        if (most < 1024) {
            throw new IllegalArgumentException("maxFrameBytes is " + most + ", must be at least 1024");
        }
        return new ConnectOptions(key, connectTimeout, callTimeout, most, allowMd5, waiting, typeIds, tls, policy);
    }

    /// Whether the keys may be proved by MD5, which is all that servers of Python 3.8 to 3.11 know. False unless
    /// chosen: who answers a challenge by MD5 answers one that somebody in between has weakened, too.
    ///
    /// @param allowed whether they may
    /// @return a copy
    public ConnectOptions allowMd5(boolean allowed) {
        return new ConnectOptions(
                key, connectTimeout, callTimeout, maxFrameBytes, allowed, waiting, typeIds, tls, policy);
    }

    /// Chooses how threads wait for the server's answer.
    ///
    /// @param how spinning, sleeping or both
    /// @return a copy
    public ConnectOptions waiting(Waiting how) {
        return new ConnectOptions(key, connectTimeout, callTimeout, maxFrameBytes, allowMd5, how, typeIds, tls, policy);
    }

    /// Says that a name means an object that a server of Python gives to all who ask for one of its
    /// registered types, as in `M.register("get_orders", callable=lambda: orders)`. Its elements are Python's
    /// values, so that Python's programs can use them. A server of this library with a manager needs no such
    /// thing, and connecting to one is refused then.
    ///
    /// @param name of the object here, such as `orders`
    /// @param typeId what the server has registered, such as `get_orders`; called without arguments
    /// @return a copy
    public ConnectOptions registered(String name, String typeId) {
        final Map<String, String> more = new HashMap<>(typeIds);
        more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(typeId, "typeId"));
        return new ConnectOptions(
                key, connectTimeout, callTimeout, maxFrameBytes, allowMd5, waiting, Map.copyOf(more), tls, policy);
    }

    /// Encrypts the connections by TLS 1.3 or 1.2: the server must have a certificate that the context trusts,
    /// for the host that the URI names.
    ///
    /// @param context [SSLContext#getDefault] trusts whom the JVM trusts; others come of
    ///     `TlsOptions.defaults().trustPem(file).context()`
    /// @return a copy
    public ConnectOptions tls(SSLContext context) {
        return new ConnectOptions(
                key,
                connectTimeout,
                callTimeout,
                maxFrameBytes,
                allowMd5,
                waiting,
                typeIds,
                Objects.requireNonNull(context, "context"),
                policy);
    }

    /// Says which records and enums the elements may be of objects that are got by [Manager#attach], where it
    /// is the server that names their classes. Unless chosen, those of the standard policy, which has none of an
    /// application. Who asks for an object by the method for its type names the classes himself, and is not
    /// limited by this.
    ///
    /// @param allowed `SerializationPolicy.standard().allowing("shop.Order")`, say
    /// @return a copy
    public ConnectOptions policy(SerializationPolicy allowed) {
        return new ConnectOptions(
                key,
                connectTimeout,
                callTimeout,
                maxFrameBytes,
                allowMd5,
                waiting,
                typeIds,
                tls,
                Objects.requireNonNull(allowed, "allowed"));
    }

    /// The key.
    ///
    /// @return a copy
    public byte[] key() {
        return key.clone();
    }

    /// How long connecting takes at most.
    ///
    /// @return the time
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /// How long a server that ought to answer at once may take.
    ///
    /// @return the time
    public Duration callTimeout() {
        return callTimeout;
    }

    /// The longest message of the server.
    ///
    /// @return its bytes
    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    /// Whether the keys may be proved by MD5.
    ///
    /// @return true if they may
    public boolean isMd5Allowed() {
        return allowMd5;
    }

    /// How threads wait for the server's answer.
    ///
    /// @return spinning, sleeping or both
    public Waiting waiting() {
        return waiting;
    }

    /// What [#registered] said.
    ///
    /// @return type identifiers of the server by names of objects
    public Map<String, String> typeIds() {
        return typeIds;
    }

    /// What [#tls] said.
    ///
    /// @return the context, or null where connections are not encrypted
    public @Nullable SSLContext tls() {
        return tls;
    }

    /// What [#policy(SerializationPolicy)] said.
    ///
    /// @return which classes the server may name
    public SerializationPolicy policy() {
        return policy;
    }

    /// The options, without the key.
    @Override
    public String toString() {
        return "ConnectOptions[connectTimeout " + connectTimeout + ", callTimeout " + callTimeout + ", maxFrameBytes "
                + maxFrameBytes + (allowMd5 ? ", MD5 allowed" : "") + (tls == null ? "" : ", TLS") + ", " + waiting
                + ", registered " + typeIds + "]";
    }
}
