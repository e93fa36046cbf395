package dev.backplane.shm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Copies out of segments that most often are views of byte arrays.
///
/// The JDK copies less than 64 bytes from segment to segment word by word, with a check for each; from an array it
/// copies as fast as the machine does, which for a message of 32 bytes saves more than all the rest of a send takes.
final class ArrayCopy {
    private ArrayCopy() {}

    /// [MemorySegment#copy(MemorySegment, long, MemorySegment, long, long)] of bytes that the caller knows to be in
    /// the source: of a view, only the bounds of its array are looked at.
    static void copy(MemorySegment source, long from, MemorySegment target, long to, long bytes) {
        if (source.heapBase().orElse(null) instanceof byte[] array) {
            final int index =
                    (int) (source.address() + from); // Of a view, the address is where in its array it begins.
            MemorySegment.copy(array, index, target, ValueLayout.JAVA_BYTE, to, (int) bytes);
        } else {
            MemorySegment.copy(source, from, target, to, bytes);
        }
    }
}
