package dev.backplane.shm;

import static dev.backplane.shm.QueueLayout.LENGTH;

import dev.backplane.codec.ClassRefusedException;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.FixedRecordCodec;
import dev.backplane.codec.RecordLayout;
import dev.backplane.codec.ValueRefusedException;
import dev.backplane.store.SegmentException;
import dev.backplane.store.StoreProbe;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// The elements in a queue's slots: how they get in and out.
///
/// A slot's bytes are untrusted: an element whose length cannot be, or that its codec cannot read, is an
/// exception.
final class QueueElements<E> {
    private final QueueShape shape;
    private final MemorySegment memory;
    private final QueueWords words;
    private final int self;
    private final int payloadBytes;
    private final Codec<E> codec;
    /// Of a codec that writes straight into the slots, and whose elements fit them.
    private final @Nullable RecordLayout<E> layout;

    private final QueueFiles files;
    private boolean sweptOthers;

    QueueElements(QueueShape shape, Codec<E> codec, QueueFiles files) {
        this.shape = shape;
        this.memory = shape.region().memory();
        this.words = new QueueWords(shape);
        this.payloadBytes = shape.payloadBytes();
        this.self = shape.region().segment().self();
        this.codec = Codecs.symmetric(codec);
        this.layout = codec instanceof FixedRecordCodec<E> fixed && fixed.fixedLength() <= payloadBytes
                ? fixed.layout()
                : null;
        this.files = files;
    }

    /// Whether what was thrown where an element was read says that nobody can read it: it is damaged.
    /// Otherwise this attachment cannot, for lack of its codec, or its class, or a file descriptor, or
    /// for its limits, and others may.
    boolean isLost(RuntimeException thrown) {
        return !(codec instanceof QueueCodec.Unknown)
                && !(thrown instanceof ValueRefusedException)
                && (!(thrown instanceof SegmentException) || thrown instanceof ElementLostException);
    }

    /// Whether elements are written straight into slots by [#writeInPlace].
    boolean areInPlace() {
        return layout != null;
    }

    void writeInPlace(long slot, E element) {
        if (layout == null) {
            throw new AssertionError("no fixed layout");
        }
        final long payload = QueueLayout.payload(slot);
        StoreProbe.beforeStore();
        setLength(slot, layout.bytes()); // Before the user's code: afterwards the slot may be another's.
        try {
            layout.write(element, memory, payload);
        } catch (ClassCastException e) {
            throw refused(element, e);
        }
    }

    private CodecException refused(E element, RuntimeException e) {
        return new CodecException(
                "queue " + shape.region().name() + " cannot take a "
                        + element.getClass().getName() + ": codec " + codec.name() + ": " + e.getMessage(),
                e);
    }

    /// An element's bytes, on the heap.
    ///
    /// @throws CodecException if the codec refuses it, naming its class
    MemorySegment encode(E element) {
        final CodecOutput out = CodecOutput.growing(payloadBytes);
        try {
            codec.encode(element, out);
        } catch (CodecException | ClassCastException e) {
            throw refused(element, e);
        }
        return out.written();
    }

    boolean fits(long length) {
        return length <= payloadBytes;
    }

    void write(long slot, MemorySegment bytes) {
        final long length = bytes.byteSize();
        final long half = length / 2; // A kill may leave any part of it; tests leave half.
        StoreProbe.beforeStore();
        ArrayCopy.copy(bytes, 0, memory, QueueLayout.payload(slot), half);
        StoreProbe.beforeStore();
        ArrayCopy.copy(bytes, half, memory, QueueLayout.payload(slot) + half, length - half);
        setLength(slot, (int) length);
    }

    /// Puts bytes into a file; [#nameFile] makes it an element's.
    long writeFile(MemorySegment bytes) {
        if (!sweptOthers) {
            files.sweepOthers();
            sweptOthers = true;
        }
        QueueLayout.FILES.setRelease(memory, 0, 1); // Before there is one: sweeps look for files only if it is set.
        return files.write(bytes);
    }

    void nameFile(long slot, long length, long number) {
        QueueLayout.WRITER.set(memory, slot, self);
        QueueLayout.FILE_BYTES.set(memory, slot, length);
        QueueLayout.FILE_NUMBER.set(memory, slot, number);
        LENGTH.setRelease(memory, slot, QueueLayout.IN_FILE);
        files.keep(number);
    }

    void discardFile(long number) {
        files.discard(number);
    }

    /// Says how long the element is that was written straight into a slot.
    void setLength(long slot, int length) {
        words.setInt(slot + LENGTH.offset(), length);
    }

    /// The length of a slot's element, or [QueueLayout#IN_FILE].
    int length(long slot) {
        final int length = words.getInt(slot + LENGTH.offset());
        if (length < QueueLayout.IN_FILE || length > payloadBytes) {
            throw new ElementLostException("an element of queue " + shape.region() + " is lost: it claims " + length
                    + " bytes in a slot of " + payloadBytes + ": the segment is damaged");
        }
        return length;
    }

    /// The bytes of a slot's element, in the slot or read from its file.
    MemorySegment bytes(long slot) {
        final int length = length(slot);
        return length == QueueLayout.IN_FILE
                ? files.read(
                        QueueLayout.WRITER.get(memory, slot),
                        QueueLayout.FILE_NUMBER.get(memory, slot),
                        QueueLayout.FILE_BYTES.get(memory, slot))
                : memory.asSlice(QueueLayout.payload(slot), length);
    }

    /// A copy of [#bytes], for one who has not claimed the slot.
    MemorySegment copy(long slot) {
        return MemorySegment.ofArray(bytes(slot).toArray(ValueLayout.JAVA_BYTE));
    }

    /// Makes an element of the bytes in a slot.
    E read(long slot) {
        if (layout != null) {
            final int length = length(slot);
            if (length == layout.bytes()) {
                return layout.read(memory, QueueLayout.payload(slot));
            }
        }
        return decode(bytes(slot));
    }

    E decode(MemorySegment bytes) {
        final CodecInput in = CodecInput.of(bytes);
        final E element;
        try {
            element = codec.decode(in);
        } catch (ValueRefusedException e) {
            final boolean forItsClass = e instanceof ClassRefusedException;
            final String message =
                    "an element of queue " + shape.region().name() + " cannot be read here and is in the queue still: "
                            + e.getMessage() + "; ask the manager for the queue with QueueOptions whose codec allows "
                            + (forItsClass ? "the class" : "more")
                            + ", or get past the element by receive(), which reads no more than its bytes";
            throw forItsClass ? new ClassRefusedException(message, e) : new ValueRefusedException(message, e);
        }
        if (element == null || in.remaining() > 0) {
            throw new CodecException("an element of queue " + shape.region().name() + " is lost: codec "
                    + codec.name()
                    + (element == null
                            ? " read null"
                            : " left " + in.remaining() + " of " + bytes.byteSize() + " bytes"));
        }
        return element;
    }

    /// Whether a slot's element is in a file, as far as can be told.
    boolean isInFile(long slot) {
        return LENGTH.getAcquire(memory, slot) == QueueLayout.IN_FILE;
    }

    int writer(long slot) {
        return QueueLayout.WRITER.get(memory, slot);
    }

    long fileNumber(long slot) {
        return QueueLayout.FILE_NUMBER.get(memory, slot);
    }

    void deleteFile(int writer, long number) {
        files.delete(writer, number);
    }
}
