package dev.backplane.remote;

import dev.backplane.Manager;
import java.nio.file.Path;

/// Holds a lock in memory until it is killed.
final class LocalOwnerMain {
    private LocalOwnerMain() {}

    /// Runs it.
    ///
    /// @param args the segment's path
    public static void main(String[] args) throws Exception {
        final Manager manager = Manager.open(Path.of(args[0]));
        manager.lock("lock").recover();
        System.out.println("locked");
        System.in.read();
    }
}
