package dev.backplane.pickle;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Values as Python's pickles, so that a Python process reads what Java writes, and the other way round.
///
/// [Pickle] says which values. Its failures are [PickleException]s.
public final class PickleCodec implements Codec<@Nullable Object> {
    private static final PickleCodec STANDARD =
            new PickleCodec(Pickle.PROTOCOL, PickleLimits.standard(), PickleGlobals.standard());

    private final int protocol;
    private final PickleLimits limits;
    private final PickleGlobals globals;
    private final int depthRead;

    /// A codec with limits and a list of its own.
    ///
    /// @param protocol which to write, 3 or 4; all are read
    /// @param limits what is refused
    /// @param globals which calls in a pickle become values
    /// @throws IllegalArgumentException if the protocol is another
    public PickleCodec(int protocol, PickleLimits limits, PickleGlobals globals) {
        this(protocol, limits, globals, Integer.MAX_VALUE);
    }

    private PickleCodec(int protocol, PickleLimits limits, PickleGlobals globals, int depthRead) {
        this.protocol = PickleDialect.checkProtocol(protocol);
        this.limits = Objects.requireNonNull(limits, "limits");
        this.globals = Objects.requireNonNull(globals, "globals");
        this.depthRead = depthRead;
    }

    /// The same codec for who keeps what he reads and has to write it again: it refuses to read what it could
    /// not write, since it is nested too deeply or takes more bytes.
    ///
    /// @param margin how much less than the limit of the depth is read, so that values can be written within
    ///     others
    /// @return a codec with the same limits
    /// @throws IllegalArgumentException if the margin is negative, or nothing is left
    public PickleCodec rewritable(int margin) {
        if (margin < 0 || margin >= limits.maxDepth()) {
            throw new IllegalArgumentException("a margin of " + margin + " of a depth of " + limits.maxDepth());
        }
        return new PickleCodec(protocol, limits, globals, limits.maxDepth() - margin);
    }

    private @Nullable Object read(PickleReader reader) {
        final Object value = reader.read();
        if (reader.mostDepth() > depthRead) {
            new PickleWriter(protocol, limits.withMaxDepth(depthRead)).write(value);
        }
        return value;
    }

    /// The codec of protocol 4, standard limits and the standard list.
    ///
    /// @return that codec
    public static PickleCodec standard() {
        return STANDARD;
    }

    @Override
    public void encode(@Nullable Object value, CodecOutput out) {
        out.putBytes(new PickleWriter(protocol, limits).write(value).view());
    }

    @Override
    public @Nullable Object decode(CodecInput in) {
        final MemorySegment rest = in.rest();
        final PickleInput source = rest.heapBase().orElse(null) instanceof byte[] array
                ? new PickleInput(array, Math.toIntExact(rest.address()), Math.toIntExact(rest.byteSize()))
                : copy(rest);
        final PickleReader reader = new PickleReader(source, limits, globals);
        final Object value = read(reader);
        in.getSlice(reader.position());
        return value;
    }

    /// No more than may be read at all, and than an array holds.
    private PickleInput copy(MemorySegment rest) {
        final long length = Math.min(rest.byteSize(), 1L + limits.maxBytes());
        final byte[] bytes =
                rest.asSlice(0, Math.min(length, Integer.MAX_VALUE - 8)).toArray(ValueLayout.JAVA_BYTE);
        return new PickleInput(bytes, 0, bytes.length);
    }

    @Override
    public byte[] toBytes(@Nullable Object value) {
        return Pickle.write(value, protocol, limits);
    }

    @Override
    public @Nullable Object fromBytes(byte[] bytes) {
        final PickleReader reader = new PickleReader(new PickleInput(bytes, 0, bytes.length), limits, globals);
        final Object value = read(reader);
        Pickle.checkEnd(reader);
        return value;
    }

    @Override
    public String name() {
        return "pickle";
    }
}
