package dev.backplane.store;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A 64-bit little-endian integer at a fixed place in a record of shared memory, with the access modes of
/// [VarHandle]. All fields share one handle and differ by a constant: a handle for each would cost every JVM
/// that attaches a segment more time at its start than all the rest of attaching.
///
/// Thread- and process-safe, as far as the mode of each access is.
///
/// @param offset in the record, a multiple of 8
public record LongField(long offset) {
    private static final VarHandle HANDLE =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    /// The field of a layout.
    ///
    /// @param layout of the record
    /// @param name of the field in it
    /// @return the field
    public static LongField of(StructLayout layout, String name) {
        return new LongField(layout.byteOffset(groupElement(name)));
    }

    /// Reads plainly.
    ///
    /// @param memory that holds the record
    /// @param base where in it the record begins
    /// @return the value
    public long get(MemorySegment memory, long base) {
        return (long) HANDLE.get(memory, base + offset);
    }

    /// Writes plainly.
    ///
    /// @param memory that holds the record
    /// @param base where in it the record begins
    /// @param value the value
    public void set(MemorySegment memory, long base, long value) {
        StoreProbe.beforeStore();
        HANDLE.set(memory, base + offset, value);
    }

    /// Reads with acquire semantics.
    ///
    /// @param memory that holds the record
    /// @param base where in it the record begins
    /// @return the value
    public long getAcquire(MemorySegment memory, long base) {
        return (long) HANDLE.getAcquire(memory, base + offset);
    }

    /// Reads in the order of all volatile accesses.
    ///
    /// @param memory that holds the record
    /// @param base where in it the record begins
    /// @return the value
    public long getVolatile(MemorySegment memory, long base) {
        return (long) HANDLE.getVolatile(memory, base + offset);
    }

    /// Writes with release semantics.
    ///
    /// @param memory that holds the record
    /// @param base where in it the record begins
    /// @param value the value
    public void setRelease(MemorySegment memory, long base, long value) {
        StoreProbe.beforeStore();
        HANDLE.setRelease(memory, base + offset, value);
    }

    /// Writes in the order of all volatile accesses.
    ///
    /// @param memory that holds the record
    /// @param base where in it the record begins
    /// @param value the value
    public void setVolatile(MemorySegment memory, long base, long value) {
        StoreProbe.beforeStore();
        HANDLE.setVolatile(memory, base + offset, value);
    }

    /// Writes if the value is the expected one, with volatile semantics.
    ///
    /// @param memory that holds the record
    /// @param base where in it the record begins
    /// @param expected what must be there
    /// @param value the value
    /// @return whether it was there
    public boolean compareAndSet(MemorySegment memory, long base, long expected, long value) {
        StoreProbe.beforeStore();
        return HANDLE.compareAndSet(memory, base + offset, expected, value);
    }

    /// Adds, with volatile semantics.
    ///
    /// @param memory that holds the record
    /// @param base where in it the record begins
    /// @param delta what to add
    /// @return the value before
    public long getAndAdd(MemorySegment memory, long base, long delta) {
        StoreProbe.beforeStore();
        return (long) HANDLE.getAndAdd(memory, base + offset, delta);
    }

    /// Replaces, with volatile semantics.
    ///
    /// @param memory that holds the record
    /// @param base where in it the record begins
    /// @param value the value
    /// @return the value before
    public long getAndSet(MemorySegment memory, long base, long value) {
        StoreProbe.beforeStore();
        return (long) HANDLE.getAndSet(memory, base + offset, value);
    }
}
