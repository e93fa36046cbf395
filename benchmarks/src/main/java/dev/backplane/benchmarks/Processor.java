package dev.backplane.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/// Keeps the current thread on one processor, as the rivals in C do with themselves: where two threads that
/// talk to each other run changes the figures more than what they do.
public final class Processor implements AutoCloseable {
    private static final long ALL = -1;

    private Processor() {}

    /// Pins the current platform thread, and threads that it starts, until [#close]; does nothing where the
    /// system has no such call.
    ///
    /// @param number of the processor, from 0; less than 64
    /// @return what ends it, in the same thread
    public static Processor pin(int number) {
        allow(1L << number % Runtime.getRuntime().availableProcessors());
        return new Processor();
    }

    @Override
    public void close() {
        allow(ALL);
    }

    @SuppressWarnings("restricted") // A call into the C library, whose signature is what it says.
    private static void allow(long processors) {
        final Linker linker = Linker.nativeLinker();
        linker.defaultLookup().find("sched_setaffinity").ifPresent(function -> {
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment mask = arena.allocate(JAVA_LONG);
                mask.set(JAVA_LONG, 0, processors);
                final int result = (int)
                        linker.downcallHandle(function, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS))
                                .invokeExact(0, JAVA_LONG.byteSize(), mask);
                if (result != 0) {
                    throw new IllegalStateException("sched_setaffinity refused " + Long.toBinaryString(processors));
                }
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable t) {
                throw new IllegalStateException("cannot choose processors for a thread", t);
            }
        });
    }
}
