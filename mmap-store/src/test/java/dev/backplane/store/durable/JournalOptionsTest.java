package dev.backplane.store.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.store.testing.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a journal can be made with.
final class JournalOptionsTest {
    @Test
    void contentThatIsNotOneLineIsRefused() {
        for (String content : List.of("", " ", "x\n", "x\r", "x\r\n", "\nx", "x\ny", "x".repeat(1001))) {
            Refusal.of(IllegalArgumentException.class, () -> JournalOptions.of(content), "one line");
        }
        assertEquals(1000, JournalOptions.of("x".repeat(1000)).content().length());
    }
}
