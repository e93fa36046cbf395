package dev.backplane.remote;

import dev.backplane.Manager;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The contract of structs, channels and topics in memory, which is what those of a server are held to.
@NullUnmarked
final class LocalDataTest extends RemoteDataContract {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager mine;
    private Manager theirs;

    @BeforeEach
    void open() throws IOException {
        mine = Manager.open(directory.resolve("segment"));
        theirs = Manager.open(directory.resolve("segment"));
    }

    @AfterEach
    void close() throws IOException {
        theirs.close();
        mine.close();
    }

    @Override
    Manager manager() {
        return mine;
    }

    @Override
    Manager other() {
        return theirs;
    }
}
