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

    /// A codec with limits and a list of its own.
    ///
    /// @param protocol which to write, 3 or 4; all are read
    /// @param limits what is refused
    /// @param globals which calls in a pickle become values
    /// @throws IllegalArgumentException if the protocol is another
    public PickleCodec(int protocol, PickleLimits limits, PickleGlobals globals) {
        this.protocol = PickleDialect.checkProtocol(protocol);
        this.limits = Objects.requireNonNull(limits, "limits");
        this.globals = Objects.requireNonNull(globals, "globals");
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
        final Object value = reader.read();
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
        return Pickle.read(bytes, limits, globals);
    }

    @Override
    public String name() {
        return "pickle";
    }
}
