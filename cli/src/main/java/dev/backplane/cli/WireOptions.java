package dev.backplane.cli;

import dev.backplane.connection.ConnectionOptions;
import dev.backplane.connection.TlsOptions;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What the commands of connections have in common: the secret, TLS, limits. Addresses are each command's own.
@SuppressWarnings("NullAway.Init") // Set from the command line.
final class WireOptions {
    /// A key is a line of text, or some bytes: nobody means a whole film.
    private static final long LONGEST_KEY = 4096;

    /// How to wait for the other end.
    enum How {
        /// Never sleep.
        SPIN,
        /// Look around for a while, then sleep.
        ADAPTIVE,
        /// Sleep at once.
        BLOCK
    }

    @Option(
            names = "--authkey-file",
            required = true,
            paramLabel = "FILE",
            description = "The secret that both ends have, without spaces and line ends around it.")
    private Path authkeyFile;

    @Option(names = "--waiting", paramLabel = "HOW", description = "spin, adaptive (default) or block.")
    private How waiting = How.ADAPTIVE;

    @Option(
            names = "--max-frame",
            paramLabel = "BYTES",
            description = "The longest message that is accepted, 64 MiB by default.")
    private long maxFrame = ConnectionOptions.DEFAULT_MAX_FRAME_BYTES;

    @Option(
            names = "--sha256-only",
            description = "Refuse the challenge of Python 3.11 and older, which know no other digest than MD5.")
    private boolean sha256Only;

    @Option(names = "--tls-cert", paramLabel = "PEM", description = "TLS with this certificate, for TCP only.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "PEM", description = "The key of --tls-cert.")
    private @Nullable Path key;

    @Option(
            names = "--tls-trust",
            paramLabel = "PEM",
            description =
                    "TLS with peers whose certificates these have issued; a server then asks its clients for theirs.")
    private @Nullable Path trust;

    /// The secret, read anew.
    byte[] authkey() throws IOException {
        final long length = Files.size(authkeyFile);
        if (length > LONGEST_KEY) {
            throw new IOException(authkeyFile + " has " + length + " bytes, a key at most " + LONGEST_KEY);
        }
        final byte[] bytes = Files.readAllBytes(authkeyFile);
        int from = 0;
        int to = bytes.length;
        while (from < to && isSpace(bytes[from])) {
            from++;
        }
        while (to > from && isSpace(bytes[to - 1])) {
            to--;
        }
        if (from == to) {
            throw new IOException(authkeyFile + " has no key in it");
        }
        warnIfOthersRead();
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static boolean isSpace(byte one) {
        return one == ' ' || one >= '\t' && one <= '\r';
    }

    private void warnIfOthersRead() throws IOException {
        if (!Files.getFileStore(authkeyFile).supportsFileAttributeView("posix")) {
            return;
        }
        final Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(authkeyFile);
        if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
            System.err.println("backplane: every user of this host can read " + authkeyFile + "; chmod 600 it");
        }
    }

    Waiting waiting() {
        return switch (waiting) {
            case SPIN -> Waiting.spin();
            case ADAPTIVE -> Waiting.byDefault();
            case BLOCK -> Waiting.block();
        };
    }

    long maxFrame() {
        return maxFrame;
    }

    boolean allowMd5() {
        return !sha256Only;
    }

    /// Null without TLS.
    @Nullable
    TlsOptions tls(boolean server) throws IOException {
        if (certificate == null && key != null) {
            throw new IllegalArgumentException("--tls-key needs --tls-cert");
        }
        if (certificate == null && trust == null) {
            return null;
        }
        TlsOptions tls = TlsOptions.defaults();
        if (certificate != null) {
            if (key == null) {
                throw new IllegalArgumentException("--tls-cert needs --tls-key");
            }
            tls = tls.pem(certificate, key);
        }
        if (trust != null) {
            tls = tls.trustPem(trust);
            if (server) {
                tls = tls.requireClientCertificate();
            }
        }
        return tls;
    }

    ConnectionOptions connection(boolean server) throws IOException {
        final ConnectionOptions options = ConnectionOptions.defaults()
                .authkey(authkey())
                .waiting(waiting())
                .maxFrameBytes(maxFrame)
                .allowMd5(allowMd5());
        final TlsOptions tls = tls(server);
        return tls == null ? options : options.tls(tls);
    }

    @Override
    public String toString() {
        return waiting.name().toLowerCase(Locale.ROOT) + ", " + maxFrame;
    }
}
