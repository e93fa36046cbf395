package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Refusal;
import java.util.Arrays;
import java.util.List;
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
}
