package dev.backplane.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.backplane.store.testing.Refusal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AuthkeyTest {
    @Test
    void aSecretIsDrawnOnceAndHandedOutInCopies() {
        final byte[] drawn = JvmProcess.authkey();
        assertEquals(32, drawn.length);
        assertFalse(Arrays.equals(new byte[32], drawn));
        final byte[] copy = JvmProcess.authkey();
        Arrays.fill(copy, (byte) 0);
        assertArrayEquals(drawn, JvmProcess.authkey());
    }

    @Test
    void anotherSecretTakesItsPlace() {
        final byte[] drawn = JvmProcess.authkey();
        final byte[] agreed = {1, 2, 3};
        try {
            JvmProcess.authkey(agreed);
            agreed[0] = 9;
            assertArrayEquals(new byte[] {1, 2, 3}, JvmProcess.authkey());
        } finally {
            JvmProcess.authkey(drawn);
        }
        assertArrayEquals(drawn, JvmProcess.authkey());
    }

    @Test
    void noTextShowsASecret() {
        final Authkey secret = Authkey.of(new byte[] {65, 66, 67});
        // Not a lambda, whose bytes are printed as a number that changes, and may have a 65 in it.
        final Bootstrap bootstrap =
                new Bootstrap("child", true, 1, new Bootstrap.Main("type", List.of()), secret, "handle");
        assertEquals("Authkey[3 bytes]", secret.toString());
        assertFalse(bootstrap.toString().contains("65"));
        assertFalse(bootstrap.toString().contains("ABC"));
    }

    @Test
    void whatIsErasedIsZeroAndItsCopyIsNot() {
        final Authkey secret = Authkey.of(new byte[] {65, 66, 67});
        final Authkey copy = secret.copy();
        secret.erase();
        assertArrayEquals(new byte[3], secret.toBytes());
        assertArrayEquals(new byte[] {65, 66, 67}, copy.toBytes());
    }

    @Test
    void lengthsAreBounded() {
        Refusal.of(IllegalArgumentException.class, () -> JvmProcess.authkey(new byte[0]), "0 bytes", "1 to 1024");
        Refusal.of(IllegalArgumentException.class, () -> JvmProcess.builder().authkey(new byte[1025]), "1025 bytes");
    }
}
