package dev.backplane.shm;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.store.ObjectLook;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import dev.backplane.store.StoreProbe;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The name of a codec beside an object: written by who creates it, compared by who attaches it, and read by
/// who attaches it from its handle and has no codec at hand.
final class CodecName {
    private CodecName() {}

    /// Records a codec's name in the bytes of a new object.
    static void write(MemorySegment memory, long offset, Codec<?> codec) {
        final byte[] name = codec.name().getBytes(StandardCharsets.UTF_8);
        CodecNameLayout.LENGTH.setRelease(memory, offset, name.length);
        CodecNameLayout.HASH.setRelease(memory, offset, hash(name));
        final int kept = Math.min(name.length, CodecNameLayout.TEXT_BYTES);
        StoreProbe.beforeStore();
        MemorySegment.copy(name, 0, memory, ValueLayout.JAVA_BYTE, offset + CodecNameLayout.TEXT_OFFSET, kept);
    }

    private static long hash(byte[] name) {
        final EncodedBytes bytes = new EncodedBytes(name.length);
        bytes.copyFrom(name);
        return bytes.hash();
    }

    /// Refuses a codec of another name than the one recorded.
    ///
    /// @param what what the codec is for, for the message
    static void check(Region region, long offset, Codec<?> codec, String what) {
        final byte[] name = codec.name().getBytes(StandardCharsets.UTF_8);
        if (CodecNameLayout.LENGTH.get(region.memory(), offset) != name.length
                || CodecNameLayout.HASH.get(region.memory(), offset) != hash(name)) {
            throw new SegmentException(
                    "object " + region + " has " + what + " written by the codec " + text(region, offset)
                            + ", asked for " + codec.name() + ": use the same codec in every process, or another name");
        }
    }

    private static String text(Region region, long offset) {
        return text(region.memory(), offset);
    }

    /// The name that is recorded, cut off if it is long.
    static String text(MemorySegment memory, long offset) {
        return new String(bytes(memory, offset), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(MemorySegment memory, long offset) {
        final int length = CodecNameLayout.LENGTH.get(memory, offset);
        final byte[] text = new byte[Math.clamp(length, 0, CodecNameLayout.TEXT_BYTES)];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset + CodecNameLayout.TEXT_OFFSET, text, 0, text.length);
        return text;
    }

    /// Checks that the name is that of its hash, as far as it was kept.
    static void look(ObjectLook look, long offset, String what) {
        final MemorySegment memory = look.bytes();
        final int length = CodecNameLayout.LENGTH.get(memory, offset);
        if (look.require(length >= 1, what, "has a name of %d bytes for %s", length, what)
                && length <= CodecNameLayout.TEXT_BYTES) {
            look.require(
                    CodecNameLayout.HASH.get(memory, offset) == hash(bytes(memory, offset)),
                    what,
                    "has the name %s for %s, and another one's hash",
                    text(memory, offset),
                    what);
        }
    }

    /// The codec that is recorded, if it is one of those that come with the library.
    static Codec<?> resolve(Region region, long offset) {
        final String name = text(region, offset);
        final Optional<Codec<?>> named = Codecs.named(name);
        try {
            // A long name is kept in part, which is enough to find the class; the hash is of the whole.
            final Codec<?> codec = named.isPresent() ? named.get() : Codecs.of(classIn(name));
            check(region, offset, codec, "elements");
            return codec;
        } catch (ClassNotFoundException | CodecException e) {
            throw new SegmentException(
                    "object " + region + " has elements written by the codec " + name
                            + ", which cannot be made from its name here: attach it with its codec from a Manager"
                            + " first",
                    e);
        }
    }

    /// The enum or record that a name is of. Only such a class is ever looked into: bytes decide its name.
    private static Class<?> classIn(String name) throws ClassNotFoundException {
        final int from = name.indexOf(' ') + 1;
        final String rest = name.substring(from);
        final int to = rest.length() - rest.replaceFirst("^[\\w.$]+", "").length();
        final ClassLoader context = Thread.currentThread().getContextClassLoader();
        final Class<?> type = Class.forName(
                rest.substring(0, to), false, context != null ? context : CodecName.class.getClassLoader());
        if (!type.isRecord() && !type.isEnum()) {
            throw new ClassNotFoundException(type.getName() + " is neither a record nor an enum");
        }
        return type;
    }
}
