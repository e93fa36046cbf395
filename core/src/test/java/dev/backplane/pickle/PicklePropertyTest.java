package dev.backplane.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Seed;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Random values, shared and cyclic ones too, come back equal and as they were.
@NullUnmarked
final class PicklePropertyTest {
    private final Seed seed = Seed.fresh();
    private final Random random = seed.random();
    private final List<Object> made = new ArrayList<>();

    private Object scalar() {
        return switch (random.nextInt(11)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> (long) random.nextInt(300);
            case 3 -> random.nextLong() >> random.nextInt(64);
            case 4 -> PythonNumbers.shorten(new BigInteger(random.nextInt(3000), random).negate());
            case 5 -> random.nextGaussian();
            case 6 -> Double.longBitsToDouble(random.nextLong());
            case 7 -> text(random.nextInt(6));
            case 8 -> text(random.nextInt(600));
            case 9 -> {
                final byte[] bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(600) : random.nextInt(5)];
                random.nextBytes(bytes);
                yield bytes;
            }
            default -> PythonObject.global("module", "Name" + random.nextInt(3));
        };
    }

    private String text(int length) {
        final StringBuilder text = new StringBuilder();
        final int kind = random.nextInt(4);
        for (int i = 0; i < length; i++) {
            switch (kind) {
                case 0 -> text.append((char) ('a' + random.nextInt(26)));
                case 1 -> text.append((char) random.nextInt(0x300));
                case 2 -> text.append((char) random.nextInt(0x10000));
                default -> text.appendCodePoint(0x1F600 + random.nextInt(50));
            }
        }
        return text.toString();
    }

    private Object key(int depth) {
        return switch (depth <= 0 ? 9 : random.nextInt(10)) {
            case 0, 1 -> PythonTuple.of(key(depth - 1), key(depth - 1));
            case 2 -> PythonSet.frozen(key(depth - 1), key(depth - 1));
            case 3 -> PythonObject.reduce(PythonObject.global("m", "f"), PythonTuple.of(scalar()));
            default -> scalar();
        };
    }

    private Object value(int depth) {
        if (!made.isEmpty() && random.nextInt(6) == 0) {
            return made.get(random.nextInt(made.size()));
        }
        final Object value = depth <= 0 ? scalar() : container(depth - 1);
        made.add(value);
        return value;
    }

    private Object container(int depth) {
        final int size = random.nextInt(5);
        return switch (random.nextInt(9)) {
            case 0 -> {
                final List<Object> list = new ArrayList<>();
                made.add(list); // Its own elements may refer to it.
                fill(list, size, depth);
                yield list;
            }
            case 1 -> {
                final PythonDict dict = new PythonDict();
                made.add(dict);
                for (int i = 0; i < size; i++) {
                    dict.put(key(2), value(depth));
                }
                yield dict;
            }
            case 2 -> {
                final PythonSet set = new PythonSet();
                for (int i = 0; i < size; i++) {
                    set.add(key(2));
                }
                yield set;
            }
            case 3 -> new PythonException("builtins.ValueError", value(depth), value(depth));
            case 4 ->
                PythonObject.newObject(PythonObject.global("m", "C"), PythonTuple.of(value(depth)))
                        .withState(value(depth));
            case 5 -> new PythonByteArray(text(3).getBytes(StandardCharsets.UTF_8));
            case 6 -> scalar();
            default -> {
                final List<Object> elements = new ArrayList<>();
                fill(elements, size, depth);
                yield PythonTuple.copyOf(elements);
            }
        };
    }

    private void fill(List<Object> list, int size, int depth) {
        for (int i = 0; i < size; i++) {
            list.add(value(depth));
        }
    }

    @Test
    void whatIsWrittenIsReadAsItWas() {
        for (int i = 0; i < 20_000; i++) {
            made.clear();
            final Object value = value(4);
            for (int protocol = 3; protocol <= 4; protocol++) {
                final byte[] pickle = Pickle.write(value, protocol, PickleLimits.standard());
                final Object back = Pickle.read(pickle);
                final String context = seed + ", value " + i + ", protocol " + protocol;
                // The same bytes again: the same types, order and sharing.
                assertArrayEquals(pickle, Pickle.write(back, protocol, PickleLimits.standard()), context);
                assertEquals(PythonRepr.brief(value), PythonRepr.brief(back), context);
                if (!hasNan(value, 0)) {
                    assertTrue(PythonEquality.equal(value, back), () -> context + ": " + PythonRepr.brief(value));
                    assertEquals(new PythonHash(null, false).of(value), new PythonHash(null, false).of(back), context);
                }
            }
        }
    }

    /// A NaN is not equal to the one that it comes back as.
    private static boolean hasNan(Object value, int depth) {
        return depth > 8
                || switch (value) {
                    case Double number -> number.isNaN();
                    case Map<?, ?> map -> anyNan(map.keySet(), depth) || anyNan(map.values(), depth);
                    case Iterable<?> values -> anyNan(values, depth);
                    case PythonException exception -> hasNan(exception.args(), depth + 1);
                    case PythonObject object ->
                        hasNan(object.arguments(), depth + 1)
                                || hasNan(object.state(), depth + 1)
                                || anyNan(object.items(), depth);
                    case null, default -> false;
                };
    }

    private static boolean anyNan(Iterable<?> values, int depth) {
        for (Object value : values) {
            if (hasNan(value, depth + 1)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aSortedListIsInOrder() {
        for (int i = 0; i < 2000; i++) {
            final List<Object> list = new ArrayList<>();
            for (int k = random.nextInt(60); k > 0; k--) {
                list.add(
                        switch (random.nextInt(4)) {
                            case 0 -> random.nextLong() >> random.nextInt(64);
                            case 1 -> new BigInteger(80, random);
                            case 2 -> random.nextInt(8) == 0 ? Double.NaN : random.nextGaussian() * 1e18;
                            default -> random.nextBoolean();
                        });
            }
            Collections.shuffle(list, random);
            list.sort(PythonOrder::compare);
            for (int k = 1; k < list.size(); k++) {
                assertTrue(PythonOrder.compare(list.get(k - 1), list.get(k)) <= 0, () -> seed + ": " + list);
            }
        }
    }
}
