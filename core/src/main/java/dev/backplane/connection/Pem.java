package dev.backplane.connection;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Certificates and keys in PEM files.
final class Pem {
    private static final List<String> KINDS_OF_KEYS = List.of("RSA", "EC", "EdDSA");
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private Pem() {}

    /// A store of one key and its certificates.
    static KeyStore keyStore(Path certificates, Path key, char[] password) throws IOException {
        try {
            final KeyStore store = empty();
            store.setKeyEntry(
                    "own", privateKey(key), password, certificates(certificates).toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use " + certificates + " with the key in " + key + ": " + e.getMessage(), e);
        }
    }

    /// A store of certificates that are trusted.
    static KeyStore trustStore(Path certificates) throws IOException {
        try {
            final KeyStore store = empty();
            int number = 0;
            for (Certificate each : certificates(certificates)) {
                store.setCertificateEntry("trusted " + number++, each);
            }
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use " + certificates + ": " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        final KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        final Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
        if (all.isEmpty()) {
            throw new IOException(file + " holds no certificate (BEGIN CERTIFICATE)");
        }
        return all;
    }

    private static PrivateKey privateKey(Path file) throws IOException {
        final String text = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII);
        final int begin = text.indexOf(BEGIN);
        final int end = text.indexOf(END, Math.max(0, begin));
        if (begin < 0 || end < 0) {
            throw new IOException(file + " holds no key in PKCS #8 that is not encrypted (" + BEGIN
                    + "); openssl pkcs8 -topk8 -nocrypt makes one");
        }
        final byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
        } catch (IllegalArgumentException e) {
            throw new IOException("the key in " + file + " is damaged: it is not in base 64", e);
        }
        @Nullable GeneralSecurityException refused = null;
        try {
            for (String kind : KINDS_OF_KEYS) {
                try {
                    return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(encoded));
                } catch (GeneralSecurityException e) {
                    refused = e;
                }
            }
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
        throw new IOException(
                "the key in " + file + " is of none of the kinds " + KINDS_OF_KEYS + ", or damaged", refused);
    }
}
