package dev.backplane.connection;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Mac;

/// The hash functions that a key may be proved with: those of Python 3.12 and newer.
enum Digest {
    MD5("md5", "HmacMD5"),
    SHA256("sha256", "HmacSHA256"),
    SHA384("sha384", "HmacSHA384"),
    SHA3_256("sha3_256", "HmacSHA3-256"),
    SHA3_384("sha3_384", "HmacSHA3-384");

    private final String python;
    private final String algorithm;

    Digest(String python, String algorithm) {
        this.python = python;
        this.algorithm = algorithm;
    }

    /// How a message says that it is of this function.
    byte[] prefix() {
        return ("{" + python + "}").getBytes(StandardCharsets.US_ASCII);
    }

    /// The function that a message says it is of.
    static Optional<Digest> of(byte[] message) {
        for (Digest each : values()) {
            if (Bytes.startsWith(message, each.prefix())) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /// The code of a message under a key.
    byte[] code(Secret key, byte[] message) {
        try {
            final Mac mac = Mac.getInstance(algorithm);
            mac.init(key);
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no " + algorithm + ", which the handshake needs", e);
        }
    }
}
