package dev.backplane.benchmarks;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where two JVMs connect with each other: a Unix-domain socket, in a directory that is deleted at the end.
///
/// @param directory of the socket alone
record Meeting(String directory) implements AutoCloseable, Serializable {
    private static final byte[] KEY = "not a secret".getBytes(StandardCharsets.UTF_8);

    /// A new one.
    static Meeting make() throws IOException {
        return new Meeting(Files.createTempDirectory("backplane-bench").toString());
    }

    /// What both sides have to know.
    static byte[] key() {
        return KEY.clone();
    }

    private Path socket() {
        return Path.of(directory, "socket");
    }

    String address() {
        return "unix:" + socket();
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(socket());
        Files.delete(Path.of(directory));
    }
}
