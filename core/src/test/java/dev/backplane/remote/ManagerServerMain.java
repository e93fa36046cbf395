package dev.backplane.remote;

import java.nio.charset.StandardCharsets;

/// A server in a JVM of its own: prints where it listens, and ends with its standard input.
final class ManagerServerMain {
    private ManagerServerMain() {}

    /// Runs it.
    ///
    /// @param args address and key
    public static void main(String[] args) throws Exception {
        try (ManagerServer server = ManagerServer.builder()
                .address(args[0])
                .authkey(args[1].getBytes(StandardCharsets.UTF_8))
                .start()) {
            System.out.println(server.endpoint());
            System.in.read();
        }
    }
}
