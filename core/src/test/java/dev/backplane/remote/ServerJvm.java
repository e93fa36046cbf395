package dev.backplane.remote;

import dev.backplane.ConnectOptions;
import dev.backplane.Manager;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A server of a segment's objects in a JVM of its own, which may be killed and started anew.
final class ServerJvm implements AutoCloseable {
    private static final String KEY = "the secret";

    private final Path segment;
    private Jvm jvm;
    private String address;

    /// Starts it.
    ///
    /// @param directory where its segment and its socket are
    ServerJvm(SegmentDirectoryExtension directory) {
        this.segment = directory.resolve("segment");
        this.jvm = forked("unix:" + directory.resolve("socket"));
        this.address = jvm.expectStartsWith("unix:");
    }

    private Jvm forked(String where) {
        return Jvm.fork(RemoteServerMain.class, where, KEY, segment.toString());
    }

    /// Starts it anew, after it was killed.
    void start(String where) {
        jvm.close();
        jvm = forked(where);
        address = jvm.expectStartsWith("unix:");
    }

    Jvm jvm() {
        return jvm;
    }

    String address() {
        return address;
    }

    Path segment() {
        return segment;
    }

    static ConnectOptions options() {
        return ConnectOptions.authkey(KEY.getBytes(StandardCharsets.UTF_8));
    }

    Manager connect(ConnectOptions options) throws IOException, InterruptedException {
        return Manager.connect(address, options);
    }

    Manager connect() throws IOException, InterruptedException {
        return connect(options());
    }

    /// A client in a JVM of its own, see [RemoteClientMain].
    Jvm client() {
        final Jvm client = Jvm.fork(RemoteClientMain.class, address, KEY);
        client.expect("connected");
        return client;
    }

    /// Has a client do something.
    static void tell(Jvm client, String line, String answer) {
        client.tell(line);
        client.expect(line + " " + answer);
    }

    @Override
    public void close() {
        jvm.close();
    }
}
