package dev.backplane;

import java.util.function.UnaryOperator;

/// A record of primitives at a fixed place, which processes read and replace as a whole or field by field.
///
/// A new one is all zeros. Its bytes are those of a C struct of the same fields, see
/// [dev.backplane.codec.RecordLayout]; classes of equal layout and names are the same struct.
///
/// Reading, writing, process death and memory consistency are those of [SharedValue]: every read is of one
/// instant, and every change, of one field too, is a new version of the whole.
///
/// **Cost.** Reading a record allocates that record, reading a field nothing, and neither stores anything. A
/// change takes two compare-and-sets and a copy of the record.
///
/// @param <R> the record
public interface SharedStruct<R> extends SharedObject {
    /// One field of the struct.
    ///
    /// Integers of any width, characters and booleans (0 and 1) are longs here; floats are doubles.
    interface Field {
        /// The record component's name.
        ///
        /// @return the name
        String name();

        /// The record component's type.
        ///
        /// @return a primitive class
        Class<?> type();

        /// The field.
        ///
        /// @return its value
        /// @throws IllegalArgumentException if it is a float or double
        long getLong();

        /// Sets the field.
        ///
        /// @param value the new value
        /// @throws IllegalArgumentException if the field is a float or double, or too narrow for the value
        void setLong(long value);

        /// Adds to the field.
        ///
        /// @param delta what to add
        /// @return the value before
        /// @throws IllegalArgumentException if the field is a float or double, or too narrow for the sum, be it
        ///     a long: none wraps; nothing is changed then
        long getAndAdd(long delta);

        /// The field.
        ///
        /// @return its value
        /// @throws IllegalArgumentException if it is neither float nor double
        double getDouble();

        /// Sets the field.
        ///
        /// @param value the new value, rounded if the field is a float
        /// @throws IllegalArgumentException if it is neither float nor double
        void setDouble(double value);
    }

    /// The record.
    ///
    /// @return what it was at some instant of the call
    /// @throws dev.backplane.codec.CodecException if the record's constructor refuses what is there
    R get();

    /// Replaces the record.
    ///
    /// @param record the new one
    void set(R record);

    /// Replaces the record if it equals another one.
    ///
    /// @param expected what it must equal
    /// @param record the new one
    /// @return whether it did
    boolean compareAndSet(R expected, R record);

    /// Replaces the record by a function of it.
    ///
    /// @param function of the record; without side effects, since it is applied again if the record was
    ///     replaced meanwhile
    /// @return the new record
    R update(UnaryOperator<R> function);

    /// One field, to keep and use again.
    ///
    /// @param name of the record's component
    /// @return the field
    /// @throws IllegalArgumentException if there is none of that name
    Field field(String name);

    /// How many times the struct was changed.
    ///
    /// @return 0 for a new one
    long version();
}
