package dev.backplane.remote;

import dev.backplane.Manager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A server of a manager's objects in a JVM of its own: prints where it listens, and ends with its standard
/// input.
final class RemoteServerMain {
    private RemoteServerMain() {}

    /// Runs it.
    ///
    /// @param args address, key and the segment's path
    public static void main(String[] args) throws Exception {
        try (Manager manager = Manager.open(Path.of(args[2]));
                ManagerServer server = ManagerServer.builder()
                        .address(args[0])
                        .authkey(args[1].getBytes(StandardCharsets.UTF_8))
                        .manager(manager)
                        .start()) {
            System.out.println(server.endpoint());
            System.in.read();
        }
    }
}
