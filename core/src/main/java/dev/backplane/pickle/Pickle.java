package dev.backplane.pickle;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Reads and writes Python's pickles.
///
/// | Python | Java, when read | accepted besides, when written |
/// |---|---|---|
/// | `None` | null | |
/// | `bool` | `Boolean` | |
/// | `int` | `Long`, or `BigInteger` beyond 64 bits | `Integer`, `Short`, `Byte` |
/// | `float` | `Double` | `Float` |
/// | `str` | `String` | |
/// | `bytes` | `byte[]` | |
/// | `bytearray` | [PythonByteArray] | |
/// | `list` | `ArrayList` | any `List` |
/// | `tuple` | [PythonTuple] | `Object[]` |
/// | `dict` | [PythonDict] | any `Map` |
/// | `set`, `frozenset` | [PythonSet] | any `Set`, as a `set` |
/// | exceptions of the standard library | [PythonException] | |
/// | everything else | [PythonObject] | |
///
/// Shared and cyclic references are kept both ways. A pickle is a program; here nothing of it runs: what it
/// would import or call is kept as a [PythonObject], written back as it was, and known by name only. Bytes
/// from anybody may be read: what is read takes memory in proportion to their number, within [PickleLimits].
///
/// All of the protocols 0 to 5 is read that Python 3 itself writes; not what only extensions of a pickler make
/// (persistent ids, the extension registry, buffers out of band), nor the strings and instances of Python 2. A
/// pair of surrogates that Python has as two characters becomes the one that they mean in Java.
///
/// [PythonOrder], [PythonEquality] and [PythonRepr] do with values what Python would. Use those rather than the
/// methods of Java's collections on values from elsewhere, which may be nested to any depth.
public final class Pickle {
    /// The protocol that is written if nothing else is asked for: all Pythons from 3.4 on read it.
    public static final int PROTOCOL = 4;

    private Pickle() {}

    /// Reads a value.
    ///
    /// @param pickle one pickle, and nothing else
    /// @return the value
    /// @throws PickleException if the bytes are no pickle, or one that is refused
    public static @Nullable Object read(byte[] pickle) {
        return read(pickle, PickleLimits.standard(), PickleGlobals.standard());
    }

    /// Reads a value within limits.
    ///
    /// @param pickle one pickle, and nothing else
    /// @param limits what is refused
    /// @return the value
    /// @throws PickleException if the bytes are no pickle, or one that is refused
    public static @Nullable Object read(byte[] pickle, PickleLimits limits) {
        return read(pickle, limits, PickleGlobals.standard());
    }

    /// Reads a value within limits, making what a list allows.
    ///
    /// @param pickle one pickle, and nothing else
    /// @param limits what is refused
    /// @param globals which calls become values
    /// @return the value
    /// @throws PickleException if the bytes are no pickle, or one that is refused
    public static @Nullable Object read(byte[] pickle, PickleLimits limits, PickleGlobals globals) {
        return readAll(new PickleReader(new PickleInput(pickle, 0, pickle.length), limits, globals));
    }

    /// Reads a value from a buffer's remaining bytes; the buffer's position moves to their end.
    ///
    /// @param pickle one pickle, and nothing else
    /// @param limits what is refused
    /// @return the value
    /// @throws PickleException if the bytes are no pickle, or one that is refused
    public static @Nullable Object read(ByteBuffer pickle, PickleLimits limits) {
        final PickleInput in;
        if (pickle.hasArray()) {
            in = new PickleInput(pickle.array(), pickle.arrayOffset() + pickle.position(), pickle.remaining());
        } else {
            final byte[] copy = new byte[pickle.remaining()];
            pickle.duplicate().get(copy);
            in = new PickleInput(copy, 0, copy.length);
        }
        final Object value = readAll(new PickleReader(in, limits, PickleGlobals.standard()));
        pickle.position(pickle.limit());
        return value;
    }

    private static @Nullable Object readAll(PickleReader reader) {
        final Object value = reader.read();
        checkEnd(reader);
        return value;
    }

    static void checkEnd(PickleReader reader) {
        if (reader.remaining() > 0) {
            throw new PickleException(reader.remaining() + " bytes follow a pickle of " + reader.position());
        }
    }

    /// Writes a value by protocol 4.
    ///
    /// @param value a value of the table above
    /// @return the pickle
    /// @throws PickleException if the value has no form in Python, or is nested too deeply
    public static byte[] write(@Nullable Object value) {
        return write(value, PROTOCOL, PickleLimits.standard());
    }

    /// Writes a value.
    ///
    /// @param value a value of the table above
    /// @param protocol 3 or 4
    /// @param limits what is refused
    /// @return the pickle
    /// @throws PickleException if the value has no form in Python, is nested too deeply or takes too many bytes
    /// @throws IllegalArgumentException if the protocol is another
    public static byte[] write(@Nullable Object value, int protocol, PickleLimits limits) {
        return new PickleWriter(protocol, limits).write(value).toByteArray();
    }
}
