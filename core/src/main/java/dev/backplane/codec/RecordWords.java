package dev.backplane.codec;

import java.io.IOException;
import java.lang.invoke.MethodHandles;

/// The records of one class that take at most 16 bytes, as the two words in which their [RecordLayout] lies: a shared
/// object can compare and copy them in registers, without memory of its own in between.
///
/// The words hold what [RecordLayout#write] stores, as little-endian integers, with zeros between components and after
/// them. Neither way allocates anything but the record that [#of] returns.
///
/// Immutable and thread-safe; one for each class.
///
/// @param <R> the record
public interface RecordWords<R> {
    /// The most bytes that a record may take.
    int MOST_BYTES = 2 * Long.BYTES;

    /// The words of a layout's records.
    ///
    /// @param layout of at most [#MOST_BYTES]
    /// @param <R> the record
    /// @return the words, the same for each class
    /// @throws CodecException if the record is longer, or its package is closed to this library
    @SuppressWarnings("unchecked") // By the class that it is kept for.
    static <R> RecordWords<R> of(RecordLayout<R> layout) {
        return (RecordWords<R>) OfClass.WORDS.get(layout.type());
    }

    /// The first eight bytes of a record.
    ///
    /// @param record any
    /// @return the bytes, the first as the lowest
    /// @throws CodecException if an accessor of the record throws
    /// @throws ClassCastException if it is of another class
    long first(R record);

    /// The other bytes of a record.
    ///
    /// @param record any
    /// @return the bytes, 0 if a record has eight at most
    /// @throws CodecException if an accessor of the record throws
    /// @throws ClassCastException if it is of another class
    long second(R record);

    /// Makes a record.
    ///
    /// @param first as [#first] gives it
    /// @param second as [#second] gives it
    /// @return a new record
    /// @throws CodecException if the record's constructor throws: it does not accept these components
    R of(long first, long second);

    /// Makes one for each class: [ConstantRecordWords] anew with its own handles, see [HiddenTemplate].
    final class OfClass {
        private static final ClassValue<RecordWords<?>> WORDS = new ClassValue<>() {
            @Override
            protected RecordWords<?> computeValue(Class<?> type) {
                return make(RecordLayout.of(type));
            }
        };

        private OfClass() {}

        private static RecordWords<?> make(RecordLayout<?> layout) {
            if (layout.bytes() > MOST_BYTES) {
                throw new CodecException(layout + " does not fit in " + MOST_BYTES + " bytes");
            }
            final Class<?> type = layout.type();
            try {
                final WordHandles handles = new WordHandles(
                        MethodHandles.privateLookupIn(type, MethodHandles.lookup()), type, layout.fields());
                return (RecordWords<?>) HiddenTemplate.instance(
                        ConstantRecordWords.class, type, handles.word(0), handles.word(1), handles.maker());
            } catch (IOException | ReflectiveOperationException e) {
                throw RecordAccess.unreachable(type, e);
            }
        }
    }
}
