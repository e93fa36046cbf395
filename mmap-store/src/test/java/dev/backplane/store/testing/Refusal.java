package dev.backplane.store.testing;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/// Checks that something is refused, and that the message says why.
public final class Refusal {
    private Refusal() {}

    /// Fails unless `action` throws an exception of that class whose message has all of these parts.
    ///
    /// @param type of the exception, or of one of its superclasses
    /// @param action what must be refused
    /// @param parts what the message must contain
    /// @return the message
    public static String of(Class<? extends Throwable> type, Executable action, String... parts) {
        final String message = assertThrows(type, action).getMessage();
        assertNotNull(message, "a refusal without a message");
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "expected \"" + part + "\" in: " + message);
        }
        return message;
    }
}
