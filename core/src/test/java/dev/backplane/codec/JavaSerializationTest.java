package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.SerializableFunction;
import dev.backplane.store.testing.Refusal;
import java.io.Serial;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JavaSerializationTest {
    private static final AtomicBoolean RAN = new AtomicBoolean();

    private static final class Gadget implements Serializable {
        @Serial
        private static final long serialVersionUID = 1L;

        static {
            RAN.set(true);
        }
    }

    private static @Nullable Object read(byte[] bytes, SerializationPolicy policy) {
        return JavaSerialization.deserialize(bytes, JavaSerializationTest.class.getClassLoader(), policy);
    }

    @Test
    void theStandardPolicyReadsTheJdksOwnValues() {
        final SerializationPolicy policy = SerializationPolicy.standard();
        for (Object value :
                List.of(List.of(1, 2), Map.of("k", 2.5), new ArrayList<>(List.of("x")), java.time.Instant.EPOCH)) {
            assertEquals(value, read(JavaSerialization.serialize(value), policy));
        }
    }

    @Test
    void lambdasRunWhereTheirClassIsAllowed() {
        final int captured = 3;
        final SerializableFunction<Integer, Integer> lambda = x -> x * captured;
        final byte[] bytes = JavaSerialization.serialize(lambda);
        Refusal.of(CodecException.class, () -> read(bytes, SerializationPolicy.standard()), "JavaSerializationTest");
        @SuppressWarnings("unchecked")
        final var read = (SerializableFunction<Integer, Integer>)
                read(bytes, SerializationPolicy.standard().allowing("dev.backplane.codec.*"));
        assertEquals(21, java.util.Objects.requireNonNull(read).apply(7));
    }

    @Test
    void noCodeOfARefusedClassRuns() {
        final byte[] bytes = hex("aced00057372", Gadget.class.getName(), "0000000000000001020000787000");
        Refusal.of(CodecException.class, () -> read(bytes, SerializationPolicy.standard()), "Gadget", "is not allowed");
        assertFalse(RAN.get());
    }

    private static byte[] hex(String before, String name, String after) {
        final CodecOutput out = CodecOutput.growing(64);
        out.putBytes(java.util.HexFormat.of().parseHex(before));
        out.putByte(name.length() >> 8);
        out.putByte(name.length());
        out.putBytes(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        out.putBytes(java.util.HexFormat.of().parseHex(after));
        return out.toByteArray();
    }

    @Test
    void proxiesAreRefusedEvenWhereEveryClassIsAllowed() {
        final Object proxy = Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Comparable.class},
                (java.lang.reflect.InvocationHandler & Serializable) (target, method, arguments) -> 0);
        final byte[] bytes = JavaSerialization.serialize(proxy);
        Refusal.of(CodecException.class, () -> read(bytes, SerializationPolicy.sameUser()), "proxies");
    }

    @Test
    void limitsHold() {
        final SerializationPolicy policy = SerializationPolicy.standard();
        List<Object> nest = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            nest = new ArrayList<>(List.of(nest));
        }
        final byte[] deep = JavaSerialization.serialize(nest);
        Refusal.of(CodecException.class, () -> read(deep, policy), "depth 64");
        final byte[] wide = JavaSerialization.serialize(new byte[1000]);
        Refusal.of(CodecException.class, () -> read(wide, policy.limitedTo(64, 500)), "500");
        assertThrows(CodecException.class, () -> read(new byte[] {1, 2, 3}, policy));
        assertThrows(CodecException.class, () -> read(new byte[0], policy));
        assertThrows(IllegalArgumentException.class, () -> policy.limitedTo(0, 1));
    }

    @Test
    void patternsNameClassesAndPackages() {
        final SerializationPolicy policy = new SerializationPolicy(List.of("a.B", "c.*", "d.**"), 10, 10, 10, 10);
        assertTrue(policy.allowsName("a.B"));
        assertFalse(policy.allowsName("a.BC"));
        assertFalse(policy.allowsName("a.C"));
        assertTrue(policy.allowsName("c.X"));
        assertFalse(policy.allowsName("c.x.Y"));
        assertTrue(policy.allowsName("d.X"));
        assertTrue(policy.allowsName("d.x.Y"));
        assertFalse(policy.allowsName("dd.X"));
        assertTrue(policy.allows(int[][].class));
        assertFalse(policy.allows(String[].class));
    }
}
