package dev.backplane.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;

/// Keeps the current thread on one processor, as the rivals do with themselves: where two threads that talk to each
/// other run changes the figures more than what they do.
///
/// Processors are counted among those that the process was given when this class was first used, as `taskset` and
/// containers narrow them.
public final class Processor implements AutoCloseable {
    private static final int MASK_BYTES = 128;

    /// What the process may run on; empty where the system does not say.
    private static final BitSet GIVEN = given();

    private Processor() {}

    /// Pins the current platform thread, and threads that it starts, until [#close]; does nothing where the
    /// system has no such call.
    ///
    /// @param number of the processor among those that the process was given, from 0; of fewer, they go round
    /// @return what ends it, in the same thread
    public static Processor pin(int number) {
        if (!GIVEN.isEmpty()) {
            final BitSet one = new BitSet();
            one.set(nth(GIVEN, number));
            allow(one);
        }
        return new Processor();
    }

    /// Lets the thread run on all processors again that the process was given.
    @Override
    public void close() {
        if (!GIVEN.isEmpty()) {
            allow(GIVEN);
        }
    }

    /// The so many-th of some processors.
    static int nth(BitSet processors, int number) {
        return processors.stream()
                .skip(number % processors.cardinality())
                .findFirst()
                .orElseThrow();
    }

    private static BitSet given() {
        final BitSet processors = new BitSet();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment mask = arena.allocate(MASK_BYTES);
            // It returns how many bytes the kernel filled in, from the C library 0: whatever is not below it is good.
            if (call("sched_getaffinity", mask).orElse(-1) >= 0) {
                IntStream.range(0, MASK_BYTES * Byte.SIZE)
                        .filter(i -> (mask.get(JAVA_BYTE, i / Byte.SIZE) >> i % Byte.SIZE & 1) != 0)
                        .forEach(processors::set);
            }
        }
        return processors;
    }

    private static void allow(BitSet processors) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment mask = arena.allocate(MASK_BYTES);
            MemorySegment.copy(MemorySegment.ofArray(processors.toByteArray()), 0, mask, 0, bytes(processors));
            if (call("sched_setaffinity", mask).orElse(0) != 0) {
                throw new IllegalStateException("sched_setaffinity refused processors " + processors);
            }
        }
    }

    private static int bytes(BitSet processors) {
        return (processors.length() + Byte.SIZE - 1) / Byte.SIZE;
    }

    /// Calls for the current thread; nothing where the system has no such call.
    @SuppressWarnings("restricted") // A call into the C library, whose signature is what it says.
    private static Optional<Integer> call(String name, MemorySegment mask) {
        final Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(function -> {
            try {
                return (int)
                        linker.downcallHandle(function, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS))
                                .invokeExact(0, mask.byteSize(), mask);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable t) {
                throw new IllegalStateException("cannot call " + name, t);
            }
        });
    }
}
