package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class FailureTest {
    private static final class Unserializable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings({"serial", "unused"}) // It is here because it cannot be serialized.
        private final Object held = new Object();

        Unserializable(String message) {
            super(message);
        }
    }

    private static Throwable brought(byte[] bytes) {
        return Failure.fromBytes(bytes).thrown();
    }

    @Test
    void anExceptionKeepsItsStackTraceAndItsCause() {
        final Exception thrown = new IllegalStateException("on purpose", new ArithmeticException("by zero"));
        final Throwable brought = brought(Failure.of(thrown).toBytes());
        assertEquals(thrown.toString(), brought.toString());
        assertArrayEquals(thrown.getStackTrace(), brought.getStackTrace());
        assertEquals("java.lang.ArithmeticException: by zero", String.valueOf(brought.getCause()));
    }

    @Test
    void oneThatCannotBeSerializedComesAsItsTrace() {
        final Throwable brought = brought(Failure.of(new Unserializable("held")).toBytes());
        assertInstanceOf(RemoteTrace.class, brought);
        assertTrue(brought.toString()
                .startsWith(RemoteTrace.class.getName() + ": " + Unserializable.class.getName() + ": held"));
        assertTrue(brought.toString().contains("\tat " + getClass().getName()));
    }

    @Test
    void theTextIsKeptWhereTheObjectHasNoRoom() {
        final Failure failure = Failure.of(new IllegalStateException("on purpose"));
        final int withoutTheObject = new Failure(failure.summary(), failure.trace(), null).toBytes().length;
        assertEquals(failure.trace(), brought(failure.toBytes(withoutTheObject)).getMessage());
        for (int room : List.of(withoutTheObject - 1, 1000, 100, 16)) {
            final byte[] bytes = failure.toBytes(room);
            assertTrue(bytes.length <= room, () -> bytes.length + " bytes, " + room + " is the limit");
            assertTrue(failure.trace().startsWith(brought(bytes).getMessage()));
        }
        Refusal.of(IllegalArgumentException.class, () -> failure.toBytes(15), "15 bytes", "16");
    }

    @Test
    void whatFollowsIsIgnoredAndWhatIsMissingIsRefused() {
        final byte[] bytes = Failure.of(new IllegalStateException("on purpose")).toBytes();
        assertEquals(
                "on purpose", brought(Arrays.copyOf(bytes, bytes.length + 100)).getMessage());
        assertThrows(CodecException.class, () -> brought(Arrays.copyOf(bytes, bytes.length - 1)));
    }

    /// Says nothing of itself.
    private static final class Mute extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("nothing to say");
        }
    }

    /// Its text is null.
    private static final class Nameless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings({"NullAway", "OverrideThrowableToString", "ToStringReturnsNull"}) // It is here for that.
        public String toString() {
            return null;
        }
    }

    /// Has no cause that it would tell.
    private static final class Secretive extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            throw new AssertionError("no cause to tell");
        }
    }

    @Test
    void oneThatCannotBeDescribedIsToldByItsClass() {
        for (Throwable thrown : List.of(new Mute(), new Nameless(), new Secretive())) {
            final Failure failure = Failure.fromBytes(Failure.of(thrown).toBytes());
            assertTrue(failure.summary().startsWith(thrown.getClass().getName()), failure::summary);
            assertTrue(failure.trace().contains(thrown.getClass().getName()), failure::trace);
            assertTrue(failure.trace().contains("\tat " + getClass().getName()), failure::trace);
            assertEquals(thrown.getClass(), failure.thrown().getClass());
        }
    }

    @Test
    void oneWithCausesWithoutEndIsToldByTheFirstOfThem() {
        Exception deep = new IllegalStateException("the bottom");
        for (int i = 0; i < 100_000; i++) {
            deep = new IllegalStateException("over " + i, deep);
        }
        final Failure failure = Failure.fromBytes(Failure.of(deep).toBytes());
        assertEquals("java.lang.IllegalStateException: over 99999", failure.summary());
        assertTrue(failure.trace().contains("Caused by: java.lang.IllegalStateException: over 99998"));
        assertInstanceOf(RemoteTrace.class, failure.thrown());
        final Exception one = new IllegalStateException("one");
        one.initCause(new IllegalStateException("two", one));
        final Throwable brought = brought(Failure.of(one).toBytes());
        assertEquals(brought, Objects.requireNonNull(brought.getCause()).getCause());
    }
}
