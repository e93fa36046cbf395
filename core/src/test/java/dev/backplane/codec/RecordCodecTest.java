package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.backplane.codec.Samples.Side;
import dev.backplane.store.testing.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Records of every shape: generic, nested, local, private, with constructors that do more than assign, and in
/// the unnamed package.
@NullUnmarked
final class RecordCodecTest {
    private static final SerializationPolicy POLICY = Samples.POLICY.allowing("UnpackagedPoint");

    record Pair<A, B>(A first, B second) {}

    record Tree(String name, List<Tree> children, Map<String, Pair<Integer, Side>> index) {}

    private record Secret(byte[] bytes, int sum) {
        private Secret(byte[] bytes) {
            this(bytes, bytes.length);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Secret(byte[] theirs, int theirSum)
                    && java.util.Arrays.equals(bytes, theirs)
                    && sum == theirSum;
        }

        @Override
        public int hashCode() {
            return Objects.hash(java.util.Arrays.hashCode(bytes), sum);
        }
    }

    record Normalised(String text) {
        Normalised {
            text = text.strip();
        }
    }

    private static void comesBack(Object value) {
        final Codec<Object> tagged = Codecs.tagged(POLICY);
        assertEquals(value, tagged.fromBytes(tagged.toBytes(value)));
    }

    private static <T> void comesBackTyped(Class<T> type, T value) {
        final Codec<T> typed = Codecs.of(type);
        assertEquals(value, typed.fromBytes(typed.toBytes(value)));
    }

    @Test
    void genericAndNestedRecordsComeBack() {
        final Tree tree =
                new Tree("root", List.of(new Tree("leaf", List.of(), Map.of())), Map.of("k", new Pair<>(1, Side.SELL)));
        comesBack(tree);
        comesBackTyped(Tree.class, tree);
        comesBack(new Pair<>(new Pair<>(null, "x"), List.of(new Pair<>(1, 2L))));
        comesBackTyped(Pair.class, new Pair<>(1.5, null));
    }

    @Test
    void privateAndLocalRecordsComeBack() {
        record Local(int value, Normalised text) {}
        comesBack(new Secret(new byte[] {1, 2}));
        comesBackTyped(Secret.class, new Secret(new byte[] {3}));
        comesBack(new Local(1, new Normalised(" x ")));
        comesBackTyped(Local.class, new Local(2, new Normalised("y")));
    }

    @Test
    void recordsOfTheUnnamedPackageComeBack() throws ReflectiveOperationException {
        final var constructor = Class.forName("UnpackagedPoint").getDeclaredConstructor(int.class, int.class);
        constructor.setAccessible(true);
        final Object point = constructor.newInstance(3, -4);
        assertNotNull(point);
        comesBack(point);
        comesBack(List.of(point, point));
        final Codec<Object> strict = Codecs.tagged(Samples.POLICY);
        Refusal.of(CodecException.class, () -> strict.fromBytes(strict.toBytes(point)), "UnpackagedPoint");
    }
}
