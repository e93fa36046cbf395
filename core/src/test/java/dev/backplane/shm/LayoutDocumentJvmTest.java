package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedDoubleArray;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Documents;
import dev.backplane.store.testing.Python;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// docs/LAYOUT.md is enough to attach from another language: its example does.
final class LayoutDocumentJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @Test
    void theExampleReadsAndWritesAnArrayInPlace() throws Exception {
        final String document = Documents.of("docs/LAYOUT.md");
        final Path program = Files.writeString(
                directory.resolve("example.py"),
                Documents.blocks(document, "python").getFirst().code());
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            manager.longValue("before");
            final SharedDoubleArray prices = manager.doubleArray("prices", 1000);
            prices.fill(0.5);
            final Python.Run run = Python.run(
                    Python.onPath(),
                    program.toString(),
                    directory.resolve("segment").toString());
            assertEquals("1000 500.0", run.succeeded().trim());
            assertEquals(42.0, prices.get(0));
            assertTrue(document.contains("Layout version " + dev.backplane.store.SegmentLayout.VERSION));
        }
    }
}
