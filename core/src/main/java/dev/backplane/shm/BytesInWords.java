package dev.backplane.shm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Compare-and-set of a byte, made of one on the aligned 32-bit word that the byte is in.
///
/// Objects begin at multiples of 64 and take whole words, so the word always belongs to the same object.
final class BytesInWords {
    private static final ValueLayout.OfInt WORD_LAYOUT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle WORD = WORD_LAYOUT.varHandle().withInvokeExactBehavior();

    private BytesInWords() {}

    static boolean compareAndSet(MemorySegment whole, long offset, byte expected, byte value) {
        final long wordOffset = offset & -4L;
        final int shift = (int) (offset - wordOffset) * Byte.SIZE;
        while (true) {
            final int word = (int) WORD.getVolatile(whole, wordOffset);
            if ((byte) (word >>> shift) != expected) {
                return false;
            }
            final int changed = word & ~(0xFF << shift) | (value & 0xFF) << shift;
            if (WORD.compareAndSet(whole, wordOffset, word, changed)) {
                return true;
            }
        }
    }
}
