package dev.backplane.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.backplane.store.testing.Python;
import dev.backplane.store.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Python pickles goes through Java and comes back the same, for each Python of this machine; and what
/// Java says of values is what Python says.
@NullUnmarked
final class PicklePythonTest {
    @TempDir
    private Path directory;

    private static List<Path> pythons() throws IOException {
        final List<Path> pythons = Python.someAndNumpys().stream()
                .map(version -> Path.of(version.command()))
                .toList();
        assumeFalse(pythons.isEmpty(), "there is no python3 of 3.8 or newer");
        return pythons;
    }

    @Test
    void whateverPythonPicklesComesBackTheSame() throws IOException, InterruptedException {
        for (Path python : pythons()) {
            try (PythonPeer peer = new PythonPeer(directory, python, "round")) {
                int cases = 0;
                for (byte[] pickle = peer.receive(); pickle.length > 0; pickle = peer.receive()) {
                    final Object value = Pickle.read(pickle);
                    peer.send(Pickle.write(value, 4, PickleLimits.standard()));
                    peer.send(Pickle.write(value, 3, PickleLimits.standard()));
                    cases++;
                }
                peer.assertEnded();
                assertTrue(cases > 1500, python + " had only " + cases + " cases");
            }
        }
    }

    @Test
    void javaSaysOfValuesWhatPythonSays() throws IOException, InterruptedException {
        final Seed seed = Seed.fresh();
        for (Path python : pythons()) {
            try (PythonPeer peer = new PythonPeer(directory, python, "oracle", Long.toString(seed.value()))) {
                final String of = python + ", " + seed;
                checkReprs(peer, of);
                checkHashes(peer, of);
                for (List<?> row : rows(peer)) {
                    assertEquals(row.get(2), PythonEquality.equal(row.get(0), row.get(1)), () -> row + " == " + of);
                    if ((Boolean) row.get(2)) {
                        checkHashesAreEqual(row, of);
                    }
                }
                for (List<?> row : rows(peer)) {
                    checkOrder(row, of);
                }
                checkReprs(peer, of);
                for (List<?> row : rows(peer)) {
                    final PythonException exception = (PythonException) row.get(0);
                    assertEquals(row.get(1), exception.text(), of);
                    assertEquals(row.get(2), PythonRepr.of(exception), of);
                }
                checkReprs(peer, of);
                checkHashes(peer, of);
                assertEquals(0, peer.receive().length);
                peer.assertEnded();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static List<List<?>> rows(PythonPeer peer) throws IOException {
        final List<List<?>> rows = (List<List<?>>) Pickle.read(peer.receive());
        assertTrue(rows.size() >= 5);
        return rows;
    }

    private static void checkReprs(PythonPeer peer, String of) throws IOException {
        for (List<?> row : rows(peer)) {
            assertEquals(row.get(1), PythonRepr.of(row.get(0)), of);
        }
    }

    /// None for what differs between two Pythons; a string for the message of a `TypeError`.
    private static void checkHashes(PythonPeer peer, String of) throws IOException {
        for (List<?> row : rows(peer)) {
            switch (row.get(1)) {
                case String message ->
                    assertEquals(
                            message,
                            assertThrows(PythonException.class, () -> PythonEquality.hash(row.get(0)), () -> row + of)
                                    .text());
                case Long hash -> assertEquals(hash, PythonEquality.hash(row.get(0)), () -> row + of);
                case null, default -> PythonEquality.hash(row.get(0));
            }
        }
    }

    private static void checkHashesAreEqual(List<?> row, String of) {
        assertEquals(
                new PythonHash(null, false).of(row.get(0)),
                new PythonHash(null, false).of(row.get(1)),
                () -> row + " are equal, " + of);
    }

    private static void checkOrder(List<?> row, String of) {
        if (row.get(2) instanceof String message) {
            assertEquals(
                    message,
                    assertThrows(
                                    PythonException.class,
                                    () -> PythonOrder.compare(row.get(0), row.get(1)),
                                    () -> row + of)
                            .text(),
                    of);
        } else {
            assertEquals(
                    (long) (Long) row.get(2),
                    Integer.signum(PythonOrder.compare(row.get(0), row.get(1))),
                    () -> row + " compared, " + of);
        }
    }
}
