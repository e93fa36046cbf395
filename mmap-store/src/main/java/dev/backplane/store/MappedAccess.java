package dev.backplane.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The little-endian words of a piece of mapped memory, by their address: for the paths on which an instruction
/// more is one too many. [IntField] and [LongField] are for all others.
///
/// **Why it exists.** An access to a [MemorySegment] that is not a constant loads four fields, one through the
/// other, to check its bounds and its life, and an atomic instruction waits for all of them: on some processors
/// that is half its cost. Here a constant segment stands for all memory, and what is checked is an offset against a
/// length. The pieces are slices of mappings that are never closed, only given up when nothing reaches them; and
/// this object reaches its piece until each access is over. So an access never leaves
/// its piece, and never meets memory that is not mapped.
///
/// [MappedWords] check each offset. Another subclass, which knows the layout of its piece, may answer for its offsets
/// without a check of each: if it errs, the JVM is lost.
///
/// Where the JVM does not let this library reach all memory, which it does where it has let it call the system,
/// each access goes to the segment itself, which checks it.
///
/// Immutable; thread- and process-safe as far as the mode of each access is. Offsets are multiples of the size of
/// what is accessed; another one is that of the word which it is in.
public abstract class MappedAccess {
    /*
     * Each store tells the StoreProbe first, as those of IntField and LongField do. The fence behind each access
     * keeps the mapping until then: with the address in a register, nothing else would. Of an address the bits are
     * cleared that it never has set: so the compiler knows that it is aligned and within all memory, and leaves out
     * what would check both once more.
     */
    private static final @Nullable MemorySegment ALL = NativeAccess.allMemory();
    private static final VarHandle INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();
    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private static final long ADDRESS_BITS = (1L << 56) - 1; // No user space that Linux knows of is larger.
    private static final long INT_ADDRESS_BITS = ADDRESS_BITS & -Integer.BYTES;
    private static final long LONG_ADDRESS_BITS = ADDRESS_BITS & -Long.BYTES;

    private final MemorySegment memory;
    private final long base;

    /// The words of a piece.
    ///
    /// @param memory the piece: native or mapped, at an address that is a multiple of 8, of an arena that is never
    ///     closed
    /// @throws IllegalArgumentException if it is on the heap, or at another address
    protected MappedAccess(MemorySegment memory) {
        if (!memory.isNative()
                || memory.address() % Long.BYTES != 0
                || (memory.address() + memory.byteSize() & ~ADDRESS_BITS) != 0) {
            throw new IllegalArgumentException("no words at multiples of 8 bytes: " + memory);
        }
        this.memory = memory;
        this.base = memory.address();
    }

    /// Answers for an offset: all four bytes from there on are within the piece.
    ///
    /// @param offset of a word
    /// @return the same
    /// @throws IndexOutOfBoundsException if that is checked and not so
    protected abstract long intWithin(long offset);

    /// Answers for an offset: all eight bytes from there on are within the piece.
    ///
    /// @param offset of a word
    /// @return the same
    /// @throws IndexOutOfBoundsException if that is checked and not so
    protected abstract long longWithin(long offset);

    /// What the offsets of [#intAt] and [#longAt] are in.
    private MemorySegment reached() {
        return ALL == null ? memory : ALL;
    }

    private long intAt(long offset) {
        final long within = intWithin(offset);
        return ALL == null ? within : base + within & INT_ADDRESS_BITS;
    }

    private long longAt(long offset) {
        final long within = longWithin(offset);
        return ALL == null ? within : base + within & LONG_ADDRESS_BITS;
    }

    /// Reads plainly.
    ///
    /// @param offset of the word
    /// @return the value
    public final int getInt(long offset) {
        try {
            return (int) INT.get(reached(), intAt(offset));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Reads with acquire semantics.
    ///
    /// @param offset of the word
    /// @return the value
    public final int getIntAcquire(long offset) {
        try {
            return (int) INT.getAcquire(reached(), intAt(offset));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Writes plainly.
    ///
    /// @param offset of the word
    /// @param value the value
    public final void setInt(long offset, int value) {
        StoreProbe.beforeStore();
        try {
            INT.set(reached(), intAt(offset), value);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Writes with release semantics.
    ///
    /// @param offset of the word
    /// @param value the value
    public final void setIntRelease(long offset, int value) {
        StoreProbe.beforeStore();
        try {
            INT.setRelease(reached(), intAt(offset), value);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Reads plainly.
    ///
    /// @param offset of the word
    /// @return the value
    public final long getLong(long offset) {
        try {
            return (long) LONG.get(reached(), longAt(offset));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Reads with acquire semantics.
    ///
    /// @param offset of the word
    /// @return the value
    public final long getLongAcquire(long offset) {
        try {
            return (long) LONG.getAcquire(reached(), longAt(offset));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Reads in the order of all volatile accesses.
    ///
    /// @param offset of the word
    /// @return the value
    public final long getLongVolatile(long offset) {
        try {
            return (long) LONG.getVolatile(reached(), longAt(offset));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Writes plainly.
    ///
    /// @param offset of the word
    /// @param value the value
    public final void setLong(long offset, long value) {
        StoreProbe.beforeStore();
        try {
            LONG.set(reached(), longAt(offset), value);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Writes with release semantics.
    ///
    /// @param offset of the word
    /// @param value the value
    public final void setLongRelease(long offset, long value) {
        StoreProbe.beforeStore();
        try {
            LONG.setRelease(reached(), longAt(offset), value);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Writes in the order of all volatile accesses.
    ///
    /// @param offset of the word
    /// @param value the value
    public final void setLongVolatile(long offset, long value) {
        StoreProbe.beforeStore();
        try {
            LONG.setVolatile(reached(), longAt(offset), value);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Writes if the value is the expected one, in the order of all volatile accesses.
    ///
    /// @param offset of the word
    /// @param expected the value before
    /// @param value the value after
    /// @return whether it was
    public final boolean compareAndSetLong(long offset, long expected, long value) {
        StoreProbe.beforeStore();
        try {
            return LONG.compareAndSet(reached(), longAt(offset), expected, value);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Writes and tells the value before, in the order of all volatile accesses.
    ///
    /// @param offset of the word
    /// @param value the value after
    /// @return the value before
    public final long getAndSetLong(long offset, long value) {
        StoreProbe.beforeStore();
        try {
            return (long) LONG.getAndSet(reached(), longAt(offset), value);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Adds and tells the value before, in the order of all volatile accesses.
    ///
    /// @param offset of the word
    /// @param delta what to add, wrapping around
    /// @return the value before
    public final long getAndAddLong(long offset, long delta) {
        StoreProbe.beforeStore();
        try {
            return (long) LONG.getAndAdd(reached(), longAt(offset), delta);
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
