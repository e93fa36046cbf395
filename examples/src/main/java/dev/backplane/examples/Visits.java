package dev.backplane.examples;

import dev.backplane.Manager;
import dev.backplane.remote.ManagerServer;
import dev.backplane.store.SegmentOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/// A counter that programs of other hosts count up too: `Visits serve tcp://0.0.0.0:7000 KEY-FILE` on one, `Visits
/// count tcp://that-host:7000 KEY-FILE` on others. `examples/python/visits.py` does the same in Python.
public final class Visits {
    private Visits() {}

    /// Serves a counter, or counts.
    ///
    /// @param arguments `serve` or `count`, an address, and a file with the secret that both have
    /// @throws Exception if something fails
    public static void main(String[] arguments) throws Exception {
        String address = arguments[1];
        byte[] key = Files.readAllBytes(Path.of(arguments[2]));
        if (arguments[0].equals("serve")) {
            serve(address, key);
        } else {
            try (Manager manager = Manager.connect(address, key)) {
                System.out.println("visit " + manager.longValue("visits").incrementAndGet());
            }
        }
    }

    private static void serve(String address, byte[] key) throws Exception {
        try (Manager manager = Manager.anonymous("visits", SegmentOptions.defaults());
                ManagerServer server = ManagerServer.builder()
                        .address(address)
                        .authkey(key)
                        .manager(manager)
                        .start()) {
            System.out.println("listening on " + server.endpoint());
            server.awaitClose();
        }
    }
}
