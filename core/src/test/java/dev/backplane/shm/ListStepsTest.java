package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedList;
import dev.backplane.codec.CodecException;
import dev.backplane.store.Abandonment;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Mortality;
import dev.backplane.store.testing.Mortality.Life;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.Seed;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Lists whose changes are cut off before each of their stores, and lists whose bytes are not to be trusted.
final class ListStepsTest {
    private static final int ELEMENTS = 7;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// What a victim does to a list of `[c, a, b]`.
    enum Operation {
        ADD,
        ADD_ALL,
        INSERT,
        INSERT_ALL,
        SET,
        REMOVE,
        REMOVE_LAST,
        REMOVE_IF,
        SORT,
        CLEAR;

        void apply(List<String> target) {
            switch (this) {
                case ADD -> target.add("d");
                case ADD_ALL -> target.addAll(List.of("d", "e"));
                case INSERT -> target.add(1, "d");
                case INSERT_ALL -> target.addAll(0, List.of("d", "e"));
                case SET -> target.set(1, "d");
                case REMOVE -> target.remove(0);
                case REMOVE_LAST -> target.removeLast();
                case REMOVE_IF -> target.removeIf(element -> !element.equals("a"));
                case SORT -> target.sort(null);
                case CLEAR -> target.clear();
            }
        }
    }

    private Manager open(String name) throws IOException {
        return Manager.open(directory.resolve(name), SegmentOptions.defaults());
    }

    private static SegmentList<String> list(Manager manager) throws IOException {
        return (SegmentList<String>) manager.list("l", String.class, ELEMENTS);
    }

    @ParameterizedTest
    @EnumSource
    void aKillBeforeAnyStoreLeavesTheListAsItWasOrAsItIsToBe(Operation operation) throws Exception {
        leavesTheListAsItWasOrAsItIsToBe(operation, false);
    }

    @ParameterizedTest
    @EnumSource
    void anErrorInPlaceOfAnyStoreLeavesTheListAsItWasOrAsItIsToBe(Operation operation) throws Exception {
        leavesTheListAsItWasOrAsItIsToBe(operation, true);
    }

    private void leavesTheListAsItWasOrAsItIsToBe(Operation operation, boolean lives) throws Exception {
        Abandonment.assumeSeen();
        final List<String> before = List.of("c", "a", "b");
        final List<String> after = new ArrayList<>(before);
        operation.apply(after);
        boolean cut = true;
        for (int stores = 0; cut; stores++) {
            try (Manager survivor = open("s" + stores)) {
                final SegmentList<String> list = list(survivor);
                list.addAll(before);
                final Manager manager = open("s" + stores);
                final SegmentList<String> doomed = list(manager);
                final Life life = lives ? Life.stumbling(stores) : Life.of(stores);
                cut = life.cutsOff(() -> operation.apply(doomed));
                final Region region = doomed.region();
                // One that fails to leave the section has to die.
                if (!lives || OwnerWord.ownerOf(ListLayout.SECTION.getAcquire(region.memory(), 0)) != 0) {
                    Abandonment.of(region.segment());
                }
                final List<String> seen = new ArrayList<>();
                for (int i = 0; i < list.size(); i++) {
                    seen.add(list.get(i)); // Without the lock, which a dead one may hold.
                }
                assertTrue(seen.equals(before) || seen.equals(after), () -> operation + " left " + seen);
                assertTrue(cut || seen.equals(after));
                assertEquals(seen, list);
                assertRoomForAll(list, seen);
                manager.close();
            }
        }
    }

    /// Every slot can be written, and no two elements are in one.
    private static void assertRoomForAll(SharedList<String> list, List<String> left) {
        final List<String> expected = new ArrayList<>(left);
        for (int i = left.size(); i < ELEMENTS; i++) {
            list.add("more " + i);
            expected.add("more " + i);
        }
        assertThrows(IllegalStateException.class, () -> list.add("too many"));
        for (int i = 0; i < ELEMENTS; i++) {
            assertEquals(expected.set(i, "again " + i), list.set(i, "again " + i));
        }
        assertEquals(expected, list);
    }

    @Test
    void aKillInTheRepairIsRepairedByTheNext() throws Exception {
        Abandonment.assumeSeen();
        boolean cut = true;
        for (int stores = 0; cut; stores++) {
            try (Manager survivor = open("s" + stores)) {
                final SegmentList<String> list = list(survivor);
                list.addAll(List.of("a", "b"));
                // Until one was killed just past its link: the old element's slot is in no place, the new one's in two.
                for (int limit = 0; list.getFirst().equals("a"); limit++) {
                    final SegmentList<String> first = list(open("s" + stores));
                    assertTrue(Mortality.diesBefore(limit, () -> first.set(0, "c")));
                    Abandonment.of(first.region().segment());
                }
                final SegmentList<String> second = list(open("s" + stores));
                cut = Mortality.diesBefore(stores, () -> second.add("d"));
                Abandonment.of(second.region().segment());
                final List<String> left = new ArrayList<>(list);
                assertTrue(left.equals(List.of("c", "b")) || left.equals(List.of("c", "b", "d")), left::toString);
                assertRoomForAll(list, left);
            }
        }
    }

    @Test
    void bytesThatCannotBeAreRefused() throws Exception {
        try (Manager manager = open("s")) {
            final SegmentList<String> list = list(manager);
            final MemorySegment memory = list.region().memory();
            list.addAll(List.of("a", "b"));
            final byte[] sound = memory.toArray(ValueLayout.JAVA_BYTE);
            ListLayout.STATE.set(memory, 0, ListLayout.next(0, 0, ELEMENTS + 1));
            Refusal.of(SegmentException.class, () -> list.get(1), "l", "size of 8");
            MemorySegment.copy(MemorySegment.ofArray(sound), 0, memory, 0, sound.length);
            for (long link : new long[] {-1, ELEMENTS + 1, ListLayout.link(9, 0)}) {
                for (int i = 0; i < 2 * (ELEMENTS + 1); i++) {
                    ListLayout.LINK.set(memory, new ListLayout.Shape(ELEMENTS, 1).linkAt(0, i), link);
                }
                Refusal.of(SegmentException.class, () -> list.get(1), "l", "link to slot");
                Refusal.of(SegmentException.class, list::hashCode, "l", "link to slot");
                MemorySegment.copy(MemorySegment.ofArray(sound), 0, memory, 0, sound.length);
            }
        }
    }

    @Test
    void randomBytesEndInAnAnswerOrARefusal() throws Exception {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        try (Manager manager = open("s")) {
            final SegmentList<String> list = list(manager);
            final MemorySegment memory = list.region().memory();
            list.addAll(List.of("a", "b", "c", "d"));
            final byte[] sound = memory.toArray(ValueLayout.JAVA_BYTE);
            for (int round = 0; round < 3_000; round++) {
                for (int i = random.nextInt(6); i >= 0; i--) {
                    final long at = 8 + 4L * random.nextInt((int) (memory.byteSize() - 8) / 4);
                    memory.set(ValueLayout.JAVA_INT, at, random.nextInt() >>> random.nextInt(32));
                }
                for (int kind = 0; kind < 5; kind++) {
                    attempt(list, kind, random.nextInt(4), seed);
                }
                MemorySegment.copy(MemorySegment.ofArray(sound), 0, memory, 0, sound.length);
            }
        }
    }

    private static void attempt(SharedList<String> list, int kind, int index, Seed seed) {
        try {
            switch (kind) {
                case 0 -> list.get(index);
                case 1 -> list.set(index, "x");
                case 2 -> list.add(index, "y");
                case 3 -> list.sort(null);
                default -> list.remove(index);
            }
        } catch (SegmentException | IllegalStateException | IndexOutOfBoundsException | CodecException e) {
            assertTrue(e.getMessage() != null, seed::toString);
        }
    }
}
