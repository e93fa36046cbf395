package dev.backplane.pool;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The loops of one class of operators, which no others have: copies of [BlockLoops] and [FusedLoops].
///
/// A copy is a hidden class, which goes when nothing refers to it any more: here, that is when its operator's class
/// does, or after other distances.
final class OperatorLoops {
    /// How many elements must have been mapped at one distance before it has loops of its own: they are run by the
    /// interpreter at first, which a few short slices are not worth.
    static final long MANY = 1 << 23;

    /// Of how many distances it is remembered.
    static final int DISTANCES = 16;

    private final Loops blocks = copy(BlockLoops.class, Loops.class, null).orElseGet(BlockLoops::new);
    private final Map<Integer, Distance> distances = new LinkedHashMap<>(DISTANCES, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Distance> eldest) {
            return size() > DISTANCES;
        }
    };

    /// What is known of a distance.
    private static final class Distance {
        private long elements;
        private Optional<SpanLoops> loops = Optional.empty();
    }

    OperatorLoops() {}

    /// The loops for arrays wherever they are.
    Loops blocks() {
        return blocks;
    }

    /// The loops for slices at a distance, if they were made before.
    ///
    /// @param elements how many are to be mapped now
    synchronized Optional<SpanLoops> fused(int distance, long elements) {
        final Distance known = distances.computeIfAbsent(distance, _ -> new Distance());
        final Optional<SpanLoops> made = known.loops;
        final boolean isFew = known.elements < MANY;
        known.elements += elements;
        if (isFew && known.elements >= MANY) { // Once: where none can be made, nobody tries again and again.
            known.loops = copy(FusedLoops.class, SpanLoops.class, distance);
        }
        return made;
    }

    /// A hidden class of the same code: what the compiler makes of it is its own.
    private static <L> Optional<L> copy(Class<? extends L> loops, Class<L> type, @Nullable Object classData) {
        final String file = loops.getSimpleName() + ".class";
        try (InputStream bytes = loops.getResourceAsStream(file)) {
            if (bytes == null) {
                return Optional.empty(); // Slower, no more.
            }
            final byte[] code = bytes.readAllBytes();
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            final MethodHandles.Lookup hidden = classData == null
                    ? lookup.defineHiddenClass(code, true)
                    : lookup.defineHiddenClassWithClassData(code, classData, true);
            return Optional.of(
                    type.cast(hidden.lookupClass().getDeclaredConstructor().newInstance()));
        } catch (IOException | ReflectiveOperationException | IllegalArgumentException | LinkageError _) {
            return Optional.empty(); // Of another class loader, which has other bytes than it loads.
        }
    }
}
