package dev.backplane.pool;

import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import java.lang.foreign.MemorySegment;

/// One entry of a map's journal: which call it is of, or a part of a chunk's results. See docs/JOURNAL.md for
/// the bytes.
sealed interface MapRecord {
    /// The kind of [Call], its first byte.
    int CALL = 1;

    /// The kind of [Part], its first byte.
    int PART = 2;

    /// The first entry.
    ///
    /// @param call what the journal is of
    record Call(MapCall call) implements MapRecord {
        byte[] toBytes() {
            final CodecOutput out = CodecOutput.growing(256);
            out.putByte(CALL);
            out.putInt(call.elements());
            out.putInt(call.chunkSize());
            out.putString(call.function());
            out.putString(call.functionSum());
            out.putString(call.elementsSum());
            return out.toByteArray();
        }
    }

    /// A part of the results of a chunk: all of them, unless they are longer than an entry should be.
    ///
    /// @param chunk whose, from 0
    /// @param index which part, from 0
    /// @param count how many parts there are
    /// @param results as [Elements] writes them, or a part of that
    record Part(int chunk, int index, int count, MemorySegment results) implements MapRecord {
        byte[] toBytes() {
            final CodecOutput out = CodecOutput.growing(Math.toIntExact(16 + results.byteSize()));
            out.putByte(PART);
            out.putInt(chunk);
            out.putInt(index);
            out.putInt(count);
            out.putBytes(results);
            return out.toByteArray();
        }
    }

    /// Reads an entry, of which nothing is believed.
    ///
    /// @throws CodecException if it is none
    static MapRecord of(byte[] bytes) {
        final CodecInput in = CodecInput.of(bytes);
        final int kind = in.getByte();
        return switch (kind) {
            case CALL ->
                new Call(new MapCall(in.getInt(), in.getInt(), in.getString(), in.getString(), in.getString()));
            case PART -> new Part(in.getInt(), in.getInt(), in.getInt(), in.getSlice(in.remaining()));
            default -> throw new CodecException("an entry of unknown kind " + kind);
        };
    }
}
