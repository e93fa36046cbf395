package dev.backplane.store;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.Seed;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class CatalogTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Segment create(SegmentOptions options) throws IOException {
        return Segment.create(directory.resolve("segment"), options);
    }

    private static ObjectSpec spec(String name, long length) {
        return new ObjectSpec(name, 1, 1, length, length, 0);
    }

    @Test
    void objectsOfAnotherKindAreRefusedWithBothKinds() throws IOException {
        try (Segment segment = create(StepVictim.OPTIONS)) {
            final Catalog catalog = segment.catalog();
            catalog.createOrAttach(new ObjectSpec("x", 1, 1, 64, 5, 6), memory -> {});
            refused(catalog, new ObjectSpec("x", 2, 1, 64, 5, 6), "type 1", "type 2");
            refused(catalog, new ObjectSpec("x", 1, 9, 64, 5, 6), "version 1", "version 9");
            refused(catalog, new ObjectSpec("x", 1, 1, 128, 5, 6), "64 bytes", "128 bytes");
            refused(catalog, new ObjectSpec("x", 1, 1, 64, 7, 6), "5, 6", "7, 6");
            assertEquals(64, catalog.attach("x", 1, 1).orElseThrow().length());
            assertTrue(catalog.attach("y", 1, 1).isEmpty());
        }
    }

    private static void refused(Catalog catalog, ObjectSpec spec, String found, String asked) {
        Refusal.of(SegmentException.class, () -> catalog.createOrAttach(spec, memory -> {}), found, asked, "x");
    }

    @Test
    void aNameIsOfOneObjectAtATime() throws IOException {
        try (Segment segment = create(StepVictim.OPTIONS)) {
            final Catalog catalog = segment.catalog();
            assertTrue(catalog.entry("x").isEmpty());
            final Region first = catalog.createOrAttach(spec("x", 64), memory -> {});
            catalog.createOrAttach(spec("xx", 64), memory -> {});
            assertEquals(first.incarnation(), catalog.entry("x").orElseThrow().incarnation());
            assertTrue(catalog.names(first));
            assertTrue(catalog.remove("x"));
            assertFalse(catalog.names(first));
            assertTrue(catalog.entry("x").isEmpty());
            final Region second = catalog.createOrAttach(spec("x", 64), memory -> {});
            assertNotEquals(first.entry(), second.entry());
            assertFalse(catalog.names(first));
            assertTrue(catalog.names(second));
            assertEquals(second.entry(), catalog.entry("x").orElseThrow().index());
        }
    }

    @Test
    void anObjectThatIsAttachedWhileItIsSweptStaysInUse() throws IOException {
        final List<Segment> attachments = new ArrayList<>();
        final ObjectRecovery recovery = new ObjectRecovery() {
            @Override
            public int type() {
                return 1;
            }

            @Override
            public void recover(Region region, int deadOwner) {
                try {
                    final var _ = attachments.getFirst().catalog().attach(region.name(), 1, 1);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        try (Segment sweeper = create(StepVictim.OPTIONS.withRecoveries(List.of(recovery)))) {
            attachments.add(sweeper);
            final Segment victim = Segment.open(sweeper.path(), StepVictim.OPTIONS);
            victim.catalog().createOrAttach(spec("x", 64), memory -> {});
            Abandonment.of(victim);
            assertEquals(1, sweeper.sweepDead());
            final BitSet users = sweeper.catalog().entry("x").orElseThrow().users();
            assertEquals(BitSet.valueOf(new long[] {1L << OwnerWord.slotOf(sweeper.self())}), users);
            assertTrue(sweeper.catalog().remove("x"));
            assertEquals(1, sweeper.catalog().entries().size());
        }
    }

    @Test
    void badNamesAreRefused() {
        Refusal.of(IllegalArgumentException.class, () -> spec("", 1), "empty");
        Refusal.of(IllegalArgumentException.class, () -> spec("a/b", 1), "a/b");
        Refusal.of(IllegalArgumentException.class, () -> spec("é".repeat(81), 1), "162 bytes", "160");
        Refusal.of(IllegalArgumentException.class, () -> spec("a", 0), "0 bytes");
        assertEquals("é".repeat(80), spec("é".repeat(80), 1).name());
    }

    @Test
    void aFullCatalogSaysSo() throws IOException {
        try (Segment segment = create(StepVictim.OPTIONS.withObjects(3))) {
            for (int i = 0; i < 3; i++) {
                segment.catalog().createOrAttach(spec("x" + i, 64), memory -> {});
            }
            refusedFull(segment, spec("x3", 64), "3 entries");
            segment.catalog().remove("x1");
            // It is still attached here, so its entry is in use.
            refusedFull(segment, spec("x3", 64), "3 entries");
        }
    }

    private static void refusedFull(Segment segment, ObjectSpec spec, String... parts) {
        Refusal.of(SegmentException.class, () -> segment.catalog().createOrAttach(spec, memory -> {}), parts);
    }

    @Test
    void aFullSegmentSaysSo() throws IOException {
        try (Segment segment = create(StepVictim.OPTIONS)) {
            refusedFull(segment, spec("large", 64 << 20), "no gap of 67108864 bytes");
            segment.catalog().createOrAttach(spec("half", 8 << 20), memory -> {});
            refusedFull(segment, spec("other", 9 << 20), "no gap");
        }
    }

    @Test
    void aFullParticipantsTableSaysSo() throws IOException {
        try (Segment segment = create(StepVictim.OPTIONS.withParticipants(2));
                Segment second = Segment.open(segment.path(), StepVictim.OPTIONS)) {
            assertNotEquals(segment.self(), second.self());
            Refusal.of(SegmentException.class, () -> Segment.open(segment.path(), StepVictim.OPTIONS), "all 2 slots");
        }
    }

    @Test
    void aSlotThatBecomesFreeWhileANewcomerLooksIsTaken() throws IOException {
        final Segment first = create(StepVictim.OPTIONS.withParticipants(1));
        final SegmentFactory factory = new SegmentFactory(Platform.current(), step -> {
            if (step.equals("join: none free")) {
                try {
                    first.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        try (Segment heir = factory.open(first.path(), StepVictim.OPTIONS)) {
            Invariants.check(heir);
        }
    }

    @Test
    void newcomersTakeThePlaceOfTheDeadWhenTheTableIsFull() throws IOException {
        final Segment first = create(StepVictim.OPTIONS.withParticipants(1));
        final RobustWord word = new RobustWord(
                first,
                first.catalog().createOrAttach(spec("word", 64), memory -> {}).memory(),
                0);
        assertTrue(word.tryAcquireFree());
        first.catalog().remove("word");
        Abandonment.of(first);
        try (Segment heir = Segment.open(first.path(), StepVictim.OPTIONS)) {
            assertNotEquals(first.self(), heir.self());
            assertTrue(heir.catalog().entries().isEmpty(), "what the dead one used is swept");
            Invariants.check(heir);
        }
    }

    @Test
    void removedObjectsStayForTheirUsers() throws IOException {
        try (Segment first = create(StepVictim.OPTIONS)) {
            final Segment second = Segment.open(first.path(), StepVictim.OPTIONS);
            final Region old = second.catalog().createOrAttach(spec("x", 4096), memory -> memory.set(JAVA_LONG, 0, 1));
            assertTrue(first.catalog().remove("x"));
            assertFalse(first.catalog().remove("x"));
            final Region fresh = first.catalog().createOrAttach(spec("x", 4096), memory -> {});
            assertNotEquals(old.offset(), fresh.offset());
            assertNotEquals(old.incarnation(), fresh.incarnation());
            assertEquals(1, old.memory().get(JAVA_LONG, 0));
            assertEquals(0, fresh.memory().get(JAVA_LONG, 0));
            second.close();
            assertEquals(1, first.catalog().entries().size());
        }
    }

    @Test
    void reusedSpaceReadsAsZeros() throws IOException {
        try (Segment segment = create(StepVictim.OPTIONS)) {
            try (Segment other = Segment.open(segment.path(), StepVictim.OPTIONS)) {
                other.catalog().createOrAttach(spec("a", 100), memory -> memory.fill((byte) -1));
                other.catalog().createOrAttach(spec("b", 10_000), memory -> memory.fill((byte) -1));
                other.catalog().createOrAttach(spec("c", 64), memory -> memory.fill((byte) -1));
                other.catalog().remove("a");
                other.catalog().remove("b");
            }
            final Region again = segment.catalog().createOrAttach(spec("d", 12_000), memory -> {});
            assertEquals(-1, again.memory().mismatch(MemorySegment.ofArray(new byte[12_000])));
            final Region neighbour = segment.catalog().attach("c", 1, 1).orElseThrow();
            assertEquals(-1L, neighbour.memory().get(JAVA_LONG, 0));
        }
    }

    @Test
    void aFailedInitialiserLeavesNothing() throws IOException {
        try (Segment segment = create(StepVictim.OPTIONS)) {
            assertThrows(
                    AssertionError.class,
                    () -> segment.catalog().createOrAttach(spec("x", 64), memory -> {
                        throw new AssertionError("no");
                    }));
            assertTrue(segment.catalog().entries().isEmpty());
            Invariants.check(segment);
        }
    }

    @Test
    void aFullFileSystemIsAnIOExceptionAndLeavesNothing() throws IOException {
        try (SmallFileSystem small = SmallFileSystem.mount(directory.resolve("small"), 8 << 20);
                Segment segment = Segment.create(small.path().resolve("segment"), StepVictim.OPTIONS)) {
            final long before = Invariants.allocatedBytes(segment.path());
            Refusal.of(
                    IOException.class,
                    () -> segment.catalog().createOrAttach(spec("huge", 12 << 20), memory -> {}),
                    "o space left",
                    "12582912");
            assertTrue(segment.catalog().entries().isEmpty());
            Invariants.checkAllocated(segment.path(), before);
            segment.catalog().createOrAttach(spec("small", 4 << 20), memory -> memory.fill((byte) 1));
            Refusal.of(
                    IOException.class,
                    () -> Segment.create(small.path().resolve("other"), StepVictim.OPTIONS.withObjects(1 << 15)),
                    "o space left");
            assertEquals(java.util.List.of("segment"), Invariants.files(small.path()));
            Invariants.check(segment);
        }
    }

    @Test
    void damagedEntriesAreRefused() throws IOException {
        try (Segment segment = create(StepVictim.OPTIONS)) {
            segment.catalog().createOrAttach(spec("x", 64), memory -> {});
            final long entry = SegmentLayout.CATALOG_OFFSET.get(segment.memory(), 0L);
            CatalogLayout.LENGTH_BYTES.set(segment.memory(), entry, 1L << 60);
            Refusal.of(SegmentException.class, () -> segment.catalog().entries(), "entry 0", "damaged");
            CatalogLayout.LENGTH_BYTES.set(segment.memory(), entry, 64L);
        }
    }

    /// An entry is one small object at the end of the segment and one large one at its beginning in turn: parts of both
    /// would reach beyond the end.
    @Test
    void whoReadsWithoutTheMutexSeesOneObjectsEntry() throws Exception {
        final int objects = 100_000;
        final SegmentLayout.Geometry geometry = SegmentLayout.Geometry.of(1 << 20, 2, 1);
        try (Arena arena = Arena.ofShared();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            final MemorySegment memory = arena.allocate(geometry.dataOffset(), 64);
            final CatalogTable table = new CatalogTable(memory, geometry, "memory");
            final long all = geometry.sizeBytes() - geometry.dataOffset();
            final Future<?> writer = threads.submit(() -> {
                for (int i = 1; i <= objects; i++) {
                    final boolean small = i % 2 == 0;
                    final ObjectSpec spec =
                            new ObjectSpec(small ? "s" : "large", 1, 1, small ? 64 : all, small ? 64 : all, i);
                    table.write(0, spec, small ? geometry.sizeBytes() - 64 : geometry.dataOffset(), i);
                    for (int state : new int[] {
                        CatalogLayout.ALLOCATING, CatalogLayout.READY, CatalogLayout.REMOVED, CatalogLayout.FREE
                    }) {
                        table.state(0, state);
                    }
                }
            });
            while (!writer.isDone()) {
                final CatalogEntry entry = table.read(0);
                if (entry != null) {
                    assertEquals(entry.param1(), entry.incarnation());
                    assertEquals(entry.param0(), entry.length());
                    assertEquals(geometry.sizeBytes(), entry.offset() + entry.length());
                    assertEquals(entry.incarnation() % 2 == 0 ? "s" : "large", entry.name());
                }
            }
            writer.get();
        }
    }

    /// Random creations and removals by two attachments against a model: contents stay apart, and space never
    /// leaks.
    @Test
    void randomProgramsKeepObjectsApart() throws IOException {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        final Map<String, Long> stamps = new HashMap<>();
        try (Segment keeper = create(StepVictim.OPTIONS)) {
            for (int round = 0; round < 50; round++) {
                try (Segment segment = Segment.open(keeper.path(), StepVictim.OPTIONS)) {
                    for (int i = 0; i < 20; i++) {
                        final String name = "o" + random.nextInt(12);
                        final Long stamp = stamps.get(name);
                        if (stamp == null) {
                            final long fresh = random.nextLong();
                            final long length = 64L + random.nextInt(20_000);
                            segment.catalog().createOrAttach(new ObjectSpec(name, 1, 1, length, 0, 0), memory -> {
                                memory.set(JAVA_LONG, 0, fresh);
                            });
                            stamps.put(name, fresh);
                        } else if (random.nextBoolean()) {
                            assertTrue(segment.catalog().remove(name), seed::toString);
                            stamps.remove(name);
                        } else {
                            final Region region =
                                    segment.catalog().attach(name, 1, 1).orElseThrow();
                            assertEquals(stamp, region.memory().get(JAVA_LONG, 0), seed::toString);
                        }
                    }
                }
            }
            assertEquals(stamps.size(), keeper.catalog().entries().size(), seed::toString);
            Invariants.check(keeper);
        }
    }
}
