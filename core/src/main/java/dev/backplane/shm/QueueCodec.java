package dev.backplane.shm;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.store.ObjectLook;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Which codec a queue's elements are written by: its name, or the beginning of a long one, and a hash of the
/// whole.
final class QueueCodec {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private QueueCodec() {}

    /// Writes the name into a new queue.
    static void initialise(MemorySegment memory, Codec<?> codec) {
        final byte[] name = codec.name().getBytes(StandardCharsets.UTF_8);
        final byte[] kept = Arrays.copyOf(name, Math.min(name.length, QueueLayout.CODEC_NAME_BYTES));
        MemorySegment.copy(kept, 0, memory, ValueLayout.JAVA_BYTE, QueueLayout.CODEC_NAME_OFFSET, kept.length);
        QueueLayout.CODEC_BYTES.set(memory, 0, name.length);
        QueueLayout.CODEC_HASH.set(memory, 0, hash(name));
    }

    /// FNV-1a: short, and the same everywhere. It tells apart, it keeps nobody out.
    private static long hash(byte[] bytes) {
        long hash = FNV_OFFSET;
        for (byte one : bytes) {
            hash = (hash ^ Byte.toUnsignedInt(one)) * FNV_PRIME;
        }
        return hash;
    }

    /// The name that is recorded, cut off if it is long.
    static String name(MemorySegment memory) {
        return new String(bytes(memory), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(MemorySegment memory) {
        final int length = QueueLayout.CODEC_BYTES.get(memory, 0);
        final byte[] name = new byte[Math.clamp(length, 0, QueueLayout.CODEC_NAME_BYTES)];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, QueueLayout.CODEC_NAME_OFFSET, name, 0, name.length);
        return name;
    }

    /// Checks that the name is that of its hash, as far as it was kept.
    static void look(ObjectLook look) {
        final MemorySegment memory = look.bytes();
        final int length = QueueLayout.CODEC_BYTES.get(memory, 0);
        if (look.require(length >= 1, "codec", "has a codec's name of %d bytes", length)
                && length <= QueueLayout.CODEC_NAME_BYTES) {
            look.require(
                    QueueLayout.CODEC_HASH.get(memory, 0) == hash(bytes(memory)),
                    "codec",
                    "has the codec's name %s, and another one's hash",
                    name(memory));
        }
    }

    /// Refuses a codec that is not the queue's.
    ///
    /// @throws SegmentException that names both
    static void check(Region region, Codec<?> codec) {
        final MemorySegment memory = region.memory();
        final byte[] name = codec.name().getBytes(StandardCharsets.UTF_8);
        if (QueueLayout.CODEC_HASH.get(memory, 0) != hash(name)
                || QueueLayout.CODEC_BYTES.get(memory, 0) != name.length) {
            throw new SegmentException("queue " + region + " has elements of codec \"" + name(memory) + "\", not of \""
                    + codec.name() + "\": use the same codec, or another name");
        }
    }

    /// The codec of a queue of which only the bytes are known; one that refuses everything if the name does
    /// not suffice to find it.
    @SuppressWarnings("unchecked") // The name says what the elements are.
    static Codec<Object> of(Region region) {
        final String name = name(region.memory());
        return (Codec<Object>) Codecs.named(name).orElseGet(() -> new Unknown(name, region.toString()));
    }

    /// In place of a codec that a program has made itself.
    ///
    /// @param name of the codec
    /// @param queue which one
    record Unknown(String name, String queue) implements Codec<Object> {
        private CodecException refusal() {
            return new CodecException("queue " + queue + " was attached without its codec \"" + name
                    + "\", which is none of the library's: ask the manager for it with its QueueOptions");
        }

        @Override
        public void encode(Object value, CodecOutput out) {
            throw refusal();
        }

        @Override
        public Object decode(CodecInput in) {
            throw refusal();
        }
    }
}
