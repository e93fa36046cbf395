package dev.backplane.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/// Records that are nothing but their bytes, see [RecordLayout#ofBytes].
///
/// Those come from other processes: a boolean that is neither 0 nor 1, and anything but zeros between components,
/// no record has written.
final class BytesAccess implements RecordAccess {
    private final int[] booleans;
    private final boolean[] used;

    BytesAccess(List<RecordLayout.Field> fields, int bytes) {
        this.booleans = fields.stream()
                .filter(field -> field.type() == boolean.class)
                .mapToInt(RecordLayout.Field::offset)
                .toArray();
        this.used = new boolean[bytes];
        for (RecordLayout.Field field : fields) {
            Arrays.fill(used, field.offset(), field.offset() + field.bytes(), true);
        }
    }

    @Override
    public void write(Object record, MemorySegment memory, long base) {
        final byte[] bytes = (byte[]) record;
        check(bytes);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, base, bytes.length);
    }

    private void check(byte[] bytes) {
        if (bytes.length != used.length) {
            throw new CodecException(bytes.length + " bytes are no record of " + used.length);
        }
        for (int offset : booleans) {
            if (bytes[offset] != 0 && bytes[offset] != 1) {
                throw new CodecException(
                        "a record has the boolean " + bytes[offset] + " at " + offset + ", must be 0 or 1");
            }
        }
        for (int i = 0; i < bytes.length; i++) {
            if (!used[i] && bytes[i] != 0) {
                throw new CodecException("a record has " + bytes[i] + " at " + i + ", where no component is");
            }
        }
    }

    @Override
    public Object read(MemorySegment memory, long base) {
        return memory.asSlice(base, used.length).toArray(ValueLayout.JAVA_BYTE);
    }
}
