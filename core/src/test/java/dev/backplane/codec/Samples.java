package dev.backplane.codec;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Values of every kind that the tagged form knows.
@SuppressWarnings("JdkObsolete") // Linked lists are samples too.
final class Samples {
    static final SerializationPolicy POLICY = SerializationPolicy.standard()
            .allowing("dev.backplane.codec.*", "java.util.concurrent.TimeUnit", "java.lang.Comparable");

    private Samples() {}

    enum Side {
        BUY,
        SELL {
            @Override
            int sign() {
                return -1;
            }
        };

        int sign() {
            return 1;
        }
    }

    record Order(
            long id,
            Side side,
            double price,
            int quantity,
            @Nullable String note) {}

    record Flags(boolean a, byte b, short c, char d, int e, long f, float g, double h) {}

    record Positive(int value) {
        Positive {
            if (value <= 0) {
                throw new IllegalArgumentException("not positive: " + value);
            }
        }
    }

    private record Hidden(List<Order> orders) {}

    private record Empty() {}

    static Object hidden() {
        return new Hidden(List.of(new Order(1, Side.SELL, 2.5, 3, null)));
    }

    static Stream<Object> values() {
        return Stream.of(
                true,
                false,
                (byte) -7,
                (short) -300,
                'ß',
                0,
                -1,
                Integer.MAX_VALUE,
                Integer.MIN_VALUE,
                0L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                -0.0f,
                Float.NaN,
                Math.PI,
                Double.NEGATIVE_INFINITY,
                "",
                "latin",
                "Ελληνικά, 漢字, 😀",
                "a replacement \uFFFD character",
                "half of a pair \uD83D alone",
                Side.BUY,
                Side.SELL,
                TimeUnit.DAYS,
                new Order(Long.MIN_VALUE, Side.SELL, 99.5, -1, null),
                new Order(7, Side.BUY, Double.NaN, 0, "note"),
                new Flags(true, (byte) 1, (short) -2, '\uFFFF', 4, -5, 6.5f, -7.5),
                hidden(),
                new Empty(),
                new ArrayList<>(Arrays.asList(1, null, "two", List.of(3L))),
                new LinkedList<>(List.of(1, 2)),
                Arrays.asList("fixed", null),
                List.of(),
                List.of(1),
                List.of(1, 2, 3),
                Stream.of(1, 2).toList(),
                Collections.unmodifiableList(new ArrayList<>(List.of(5))),
                Collections.emptyMap(),
                new HashSet<>(Arrays.asList(1, null)),
                new LinkedHashSet<>(List.of("z", "a")),
                new TreeSet<>(List.of(3, 1, 2)),
                Set.of("x", "y"),
                new HashMap<>(Map.of("k", List.of(1.5))),
                new LinkedHashMap<>(Map.of(1, Side.BUY)),
                new TreeMap<>(Map.of("b", 1, "a", 2)),
                Map.of(new Order(1, Side.BUY, 1, 1, "key"), new Empty()),
                new BigDecimal("1.2345678901234567890"),
                Instant.EPOCH,
                UUID.fromString("00000000-0000-0001-0000-000000000002"));
    }

    /// Values that compare by identity.
    static Stream<Object> arrays() {
        return Stream.of(
                new byte[] {1, -1},
                new boolean[] {true, false, true},
                new short[] {1, -2},
                new char[] {'a', '\uD800'},
                new int[] {Integer.MIN_VALUE, 7},
                new long[] {Long.MAX_VALUE, -1},
                new float[] {1.5f, Float.NaN},
                new double[] {Math.E, -0.0},
                new Object[] {1, null, "x", new int[] {1}},
                new String[] {"typed", null},
                new Order[] {new Order(1, Side.BUY, 2, 3, "o"), null},
                new int[][] {{1, 2}, {}});
    }

    static ArrayDeque<Integer> deque() {
        return new ArrayDeque<>(List.of(1, 2, 3));
    }
}
