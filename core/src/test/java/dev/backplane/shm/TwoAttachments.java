package dev.backplane.shm;

import dev.backplane.Manager;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A segment with two attachments of one JVM, in place of two processes: a new one for each test.
@NullUnmarked
abstract class TwoAttachments {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    Manager mine;
    Manager theirs;

    @BeforeEach
    final void attach() throws IOException {
        mine = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
        theirs = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
    }

    @AfterEach
    final void detach() throws IOException {
        theirs.close();
        mine.close();
    }
}
