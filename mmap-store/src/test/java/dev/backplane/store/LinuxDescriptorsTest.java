package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinuxDescriptorsTest {
    private static final SegmentOptions OPTIONS = SegmentOptions.defaults().withSize(1 << 20);

    private final String label = "descriptors-" + ProcessHandle.current().pid();
    private final String target = "/memfd:" + label + " (deleted)";
    private final LinuxDescriptors descriptors = new LinuxDescriptors(Path.of("/proc"));

    @BeforeEach
    void linux() {
        Assumptions.assumeTrue(Platform.current().name().equals("linux"));
    }

    @Test
    void aFileIsOpenedOnceHoweverManyDescriptorsItHas() throws IOException {
        try (Segment _ = Segment.anonymous(label, OPTIONS);
                Segment _ = Segment.anonymous(label, OPTIONS)) {
            final List<Object> keys =
                    descriptors.open(target::equals, (_, key) -> key).files();
            assertEquals(2, keys.size());
            assertEquals(2, keys.stream().distinct().count());
        }
    }

    @Test
    void aDescriptorThatIsGoneIsMadeGoodByAnotherOne() throws IOException {
        try (Segment _ = Segment.anonymous(label, OPTIONS)) {
            final List<Path> tried = new ArrayList<>();
            final LinuxDescriptors.Found<Path> opened = descriptors.open(target::equals, (descriptor, key) -> {
                tried.add(descriptor);
                if (tried.size() == 1) {
                    throw new IOException("its process has ended");
                }
                return LinuxDescriptors.key(descriptor).equals(key) ? descriptor : null;
            });
            assertEquals(new LinuxDescriptors.Found<>(tried.subList(1, 2), true), opened);
        }
    }

    @Test
    void aDescriptorThatLeadsElsewhereMeanwhileIsPassedOver() throws IOException {
        try (Segment _ = Segment.anonymous(label, OPTIONS)) {
            final List<Path> tried = new ArrayList<>();
            final LinuxDescriptors.Found<Path> opened = descriptors.open(target::equals, (descriptor, _) -> {
                tried.add(descriptor);
                return tried.size() == 1 ? null : descriptor;
            });
            assertEquals(new LinuxDescriptors.Found<>(tried.subList(1, 2), true), opened);
        }
    }

    @Test
    void whatNobodyCanOpenIsNotThere() throws IOException {
        try (Segment _ = Segment.anonymous(label, OPTIONS)) {
            assertEquals(
                    List.of(), descriptors.open(target::equals, (_, _) -> null).files());
        }
    }

    @Test
    void whatCannotBeOpenedNowMakesALookIncomplete() throws IOException {
        try (Segment _ = Segment.anonymous(label, OPTIONS)) {
            final LinuxDescriptors.Found<Path> found = descriptors.open(target::equals, (_, _) -> {
                throw new IOException("too many open files");
            });
            assertEquals(new LinuxDescriptors.Found<Path>(List.of(), false), found);
        }
    }

    @Test
    void aProcessThatCannotBeLookedAtMakesALookIncompleteAndOneThatHasEndedDoesNot(@TempDir Path proc)
            throws IOException {
        final LinuxDescriptors fake = new LinuxDescriptors(proc);
        Files.createDirectories(proc.resolve("11")); // Has ended: there are no descriptors.
        Files.createDirectories(proc.resolve("12/fd"));
        Files.createSymbolicLink(proc.resolve("12/fd/0"), Path.of("gone")); // Closed between two looks at it.
        assertTrue(fake.open("gone"::equals, (_, key) -> key).complete());
        Files.createDirectories(proc.resolve("13"));
        Files.createFile(proc.resolve("13/fd"));
        assertFalse(fake.open("gone"::equals, (_, key) -> key).complete());
        Files.delete(proc.resolve("13/fd"));
        Files.createFile(proc.resolve("12/fd/1"));
        assertFalse(fake.open("gone"::equals, (_, key) -> key).complete());
    }

    @Test
    void viewsOfAnonymousSegmentsShowThemAndAreClosed() throws IOException {
        try (Segment segment = Segment.anonymous(label, OPTIONS)) {
            final List<SegmentView> views = SegmentView.anonymous(label);
            assertEquals(1, views.size());
            try (SegmentView view = views.getFirst()) {
                assertEquals(segment.handle().id(), view.id());
            }
        }
        assertTrue(SegmentView.anonymous(label).isEmpty());
    }
}
