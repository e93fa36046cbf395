package dev.backplane.shm;

import dev.backplane.Manager;
import dev.backplane.store.CatalogEntry;
import dev.backplane.store.SegmentView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Looks at segments, and changes bytes of them, through their files.
final class Looks {
    private Looks() {}

    static List<ObjectDescription> describe(Manager manager) {
        return describe(Path.of(manager.handle().path()));
    }

    static List<ObjectDescription> describe(Path segment) {
        try (SegmentView view = SegmentView.open(segment)) {
            return ObjectDescription.of(view);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CatalogEntry entry(Path segment, String object) throws IOException {
        try (SegmentView view = SegmentView.open(segment)) {
            return view.entries().stream()
                    .filter(entry -> entry.name().equals(object))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /// Where an object's entry of the catalog is, in a segment of default options.
    static long entryAt(Path segment, String object) throws IOException {
        return 4096 * 9 + 256L * entry(segment, object).index();
    }

    /// Changes bytes of a file.
    ///
    /// @return those that were there
    static byte[] write(Path segment, long offset, byte... bytes) throws IOException {
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer before = ByteBuffer.allocate(bytes.length);
            file.read(before, offset);
            file.write(ByteBuffer.wrap(bytes), offset);
            return before.array();
        }
    }

    static byte[] ofInt(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    static byte[] ofLong(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }
}
