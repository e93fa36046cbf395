package dev.backplane.shm;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.FixedRecordCodec;
import dev.backplane.store.LongField;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One value's bytes on the heap, on their way between a codec and shared memory. So what a codec reads cannot change
/// under it; and they are stored word by word, so that a test can kill the writer between any two.
///
/// Not thread-safe.
final class EncodedBytes {
    private static final LongField SHARED_WORD = new LongField(0);
    private static final long HASH_STEP = 0x9E3779B97F4A7C15L;
    private static final boolean SWAPS = ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN;

    /// The bytes as they lie in memory, with zeros after the last one, up to a multiple of 8.
    private final long[] words;

    private final MemorySegment place;
    private final CodecOutput output;
    private int length;

    /// @param most how many bytes a value may take
    EncodedBytes(int most) {
        this.words = new long[wordsOf(most)];
        this.place = MemorySegment.ofArray(words).asSlice(0, most);
        this.output = CodecOutput.in(place);
    }

    private static int wordsOf(int bytes) {
        return (int) ((bytes + 7L) >>> 3);
    }

    /// Takes a value's bytes in.
    ///
    /// @return false if they are more than there is room for; [#length] is how many, and nothing else holds
    <T extends @Nullable Object> boolean encode(Codec<T> codec, T value) {
        if (codec instanceof FixedRecordCodec<T> fixed && fixed.fixedLength() <= place.byteSize()) {
            Arrays.fill(words, 0, wordsOf(fixed.fixedLength()), 0); // The layout writes no padding.
            fixed.layout().write(value, place, 0); // Without the output's copy, and without garbage.
            length(fixed.fixedLength());
            return true;
        }
        output.clear();
        if (!output.spilled()) {
            codec.encode(value, output);
            if (!output.spilled()) {
                length((int) output.position());
                return true;
            }
        }
        return encodeAfresh(codec, value);
    }

    /// An output that once was too small for a value stays elsewhere.
    private <T extends @Nullable Object> boolean encodeAfresh(Codec<T> codec, T value) {
        final CodecOutput afresh = CodecOutput.in(place);
        codec.encode(value, afresh);
        if (afresh.spilled()) {
            length = (int) afresh.position();
            return false;
        }
        length((int) afresh.position());
        return true;
    }

    <T extends @Nullable Object> T decode(Codec<T> codec) {
        if (codec instanceof FixedRecordCodec<T> fixed && fixed.fixedLength() == length) {
            return fixed.layout().read(place, 0);
        }
        final CodecInput in = CodecInput.of(length == place.byteSize() ? place : place.asSlice(0, length));
        final T value = codec.decode(in);
        if (in.remaining() > 0) {
            throw new CodecException(
                    codec.name() + ": " + in.remaining() + " bytes follow a value of " + in.position() + " bytes");
        }
        return value;
    }

    /// Takes bytes in that are at hand.
    void copyFrom(byte[] source) {
        MemorySegment.copy(source, 0, place, ValueLayout.JAVA_BYTE, 0, source.length);
        length(source.length);
    }

    /// Takes another's bytes in, not more than there is room for.
    void copyFrom(EncodedBytes other) {
        System.arraycopy(other.words, 0, words, 0, wordsOf(other.length));
        length = other.length;
    }

    int length() {
        return length;
    }

    /// Sets the length, and what follows up to a multiple of 8 to zeros.
    private void length(int count) {
        length = count;
        final int beyond = -count & 7;
        if (beyond != 0) {
            final int last = wordsOf(count) - 1;
            words[last] = inOrder(inOrder(words[last]) & -1L >>> (beyond << 3));
        }
    }

    private static long inOrder(long word) {
        return SWAPS ? Long.reverseBytes(word) : word;
    }

    /// The hash of the bytes: little-endian words in pairs, folded into what came before by the upper and the lower
    /// half of a product of 128 bits each, as wyhash does (Wang Yi, 2019); beginning with a product of the length.
    /// At last the upper half of the result changes the lower one, from which a map takes its bucket: a product's
    /// own lowest bits know only those of its factors.
    long hash() {
        final int count = wordsOf(length);
        long hash = hashOf(length);
        for (int i = 0; i < count; i += 2) {
            final long second = i + 1 < count ? inOrder(words[i + 1]) : 0;
            hash = step(hash, inOrder(words[i]), second);
        }
        return hash ^ hash >>> Integer.SIZE;
    }

    /// Where the hash of so many bytes begins.
    static long hashOf(int length) {
        return length * HASH_STEP;
    }

    /// [#hash] of 1 to 16 bytes that are at hand as words.
    ///
    /// @param start [#hashOf] their number
    static long hash(long start, long first, long second) {
        final long hash = step(start, first, second);
        return hash ^ hash >>> Integer.SIZE;
    }

    private static long step(long hash, long first, long second) {
        return fold(hash ^ first, HASH_STEP ^ second);
    }

    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ a * b;
    }

    /// Stores the bytes, and zeros to the next multiple of 8.
    void copyTo(MemorySegment memory, long offset) {
        for (int i = 0; i < wordsOf(length); i++) {
            SHARED_WORD.set(memory, offset + ((long) i << 3), inOrder(words[i]));
        }
    }

    /// Takes bytes in that are stored.
    ///
    /// @param count how many, not more than there is room for
    void copyFrom(MemorySegment memory, long offset, int count) {
        // The first two words are not left to a loop, here and below: most keys and values end with them, and a loop
        // takes longer to be set up than they do.
        final int end = wordsOf(count);
        if (end > 0) {
            words[0] = stored(memory, offset, 0);
        }
        if (end > 1) {
            words[1] = stored(memory, offset, 1);
        }
        if (end > 2) {
            copyFromThird(memory, offset, end);
        }
        length(count);
    }

    private void copyFromThird(MemorySegment memory, long offset, int end) {
        for (int i = 2; i < end; i++) {
            words[i] = stored(memory, offset, i);
        }
    }

    private static long stored(MemorySegment memory, long offset, int word) {
        return inOrder(SHARED_WORD.get(memory, offset + ((long) word << 3)));
    }

    /// Whether the bytes stored there, as many as these, are these.
    boolean equalsStored(MemorySegment memory, long offset) {
        final int end = wordsOf(length);
        if (end > 0 && stored(memory, offset, 0) != words[0] || end > 1 && stored(memory, offset, 1) != words[1]) {
            return false;
        }
        return end <= 2 || equalsFromThird(memory, offset, end);
    }

    private boolean equalsFromThird(MemorySegment memory, long offset, int end) {
        for (int i = 2; i < end; i++) {
            if (stored(memory, offset, i) != words[i]) {
                return false;
            }
        }
        return true;
    }

    /// The same bytes, which keep when these change.
    EncodedBytes copy() {
        final EncodedBytes copy = new EncodedBytes(length);
        copy.copyFrom(this);
        return copy;
    }

    /// Whether both hold the same bytes.
    boolean equalsBytes(EncodedBytes other) {
        final int count = wordsOf(length);
        return length == other.length && Arrays.equals(words, 0, count, other.words, 0, count);
    }
}
