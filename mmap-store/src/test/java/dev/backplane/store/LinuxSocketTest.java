package dev.backplane.store;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// The sockets of Linux keep the contract over each kind of address.
@EnabledOnOs(OS.LINUX)
final class LinuxSocketTest {
    static final LinuxPlatform LINUX = new LinuxPlatform(new NativeAccess(System.getProperty("os.arch")));

    private LinuxSocketTest() {}

    abstract static class LinuxContract extends StreamSocketContract {
        @Override
        StreamListener listen(Endpoint at, int backlog) throws IOException {
            return LINUX.listen(at, backlog);
        }

        @Override
        StreamSocket connect(Endpoint to, Duration timeout) throws IOException, InterruptedException {
            return LINUX.connect(to, timeout);
        }
    }

    @Nested
    final class OverAFile extends LinuxContract {
        @Override
        Endpoint fresh() {
            return new Endpoint.Unix(directory.resolve("socket-" + UUID.randomUUID()));
        }
    }

    @Nested
    final class OverAnAbstractName extends LinuxContract {
        @Override
        Endpoint fresh() {
            return new Endpoint.Abstract("backplane-tést-" + UUID.randomUUID());
        }
    }

    @Nested
    final class OverTcp4 extends LinuxContract {
        @Override
        Endpoint fresh() {
            return new Endpoint.Tcp("127.0.0.1", 0);
        }
    }

    @Nested
    @EnabledIf("dev.backplane.store.LinuxSocketTest#hasTcp6")
    final class OverTcp6 extends LinuxContract {
        @Override
        Endpoint fresh() {
            return new Endpoint.Tcp("::1", 0);
        }
    }

    static boolean hasTcp6() {
        try (StreamListener listener = LINUX.listen(new Endpoint.Tcp("::1", 0), 1)) {
            return listener.endpoint() instanceof Endpoint.Tcp;
        } catch (IOException _) {
            return false; // This host has no IPv6.
        }
    }
}
