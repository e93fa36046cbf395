package dev.backplane.connection;

import dev.backplane.store.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// How connections of TCP are encrypted: TLS 1.3 or 1.2, with this end's certificate and whom it trusts.
///
/// A listener needs a certificate and its key. A client checks that the listener's certificate is issued by
/// one that it trusts, and for the host that it connects to. With [#requireClientCertificate], a listener
/// likewise checks its clients' certificates, but no names. Immutable: each method gives a copy.
///
/// TLS keeps others from reading and changing what is sent; who may connect is the authkey's affair as
/// before.
public final class TlsOptions {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final Set<String> STORE_TYPES = Set.of("PKCS12", "JKS");

    private final @Nullable KeyStore own;
    private final char[] ownPassword;
    private final @Nullable KeyStore trusted;
    private final @Nullable String hostName;
    private final boolean clientCertificate;
    /// What software has set up that knows no more than the JDK; null where the certificates above are meant.
    private final @Nullable SSLContext given;

    private volatile @Nullable SSLContext made;

    private TlsOptions(
            @Nullable KeyStore own,
            char[] ownPassword,
            @Nullable KeyStore trusted,
            @Nullable String hostName,
            boolean clientCertificate,
            @Nullable SSLContext given) {
        this.own = own;
        this.ownPassword = ownPassword;
        this.trusted = trusted;
        this.hostName = hostName;
        this.clientCertificate = clientCertificate;
        this.given = given;
    }

    /// No certificate of one's own, and trust in those that the JVM trusts: for clients of listeners whose
    /// certificates are issued by a public authority.
    ///
    /// @return the options
    public static TlsOptions defaults() {
        return new TlsOptions(null, new char[0], null, null, false, null);
    }

    /// Certificates and trust as software has set them up that knows no more than the JDK.
    ///
    /// @param context with the key managers and trust managers of this end, which a listener's must have
    /// @return the options, to which no certificates can be added
    public static TlsOptions of(SSLContext context) {
        return new TlsOptions(null, new char[0], null, null, false, Objects.requireNonNull(context, "context"));
    }

    /// Refuses certificates that would not be used.
    private void ensureNotGiven() {
        if (given != null) {
            throw new IllegalStateException("these options are of an SSLContext, which has certificates and trust"
                    + " of its own: give them to it, or begin with TlsOptions.defaults()");
        }
    }

    /// Takes this end's certificate and key from a key store.
    ///
    /// @param file of PKCS #12 or JKS
    /// @param password of the store and of the key, copied
    /// @return a copy
    /// @throws IllegalStateException if these options are [#of] a context
    /// @throws IOException if the file cannot be read, or the password is wrong
    public TlsOptions keyStore(Path file, char[] password) throws IOException {
        ensureNotGiven();
        return new TlsOptions(load(file, password), password.clone(), trusted, hostName, clientCertificate, given);
    }

    /// Takes this end's certificate and key from PEM files.
    ///
    /// @param certificates this end's certificate, then those that it is issued by
    /// @param key of the certificate: PKCS #8, not encrypted (`BEGIN PRIVATE KEY`)
    /// @return a copy
    /// @throws IllegalStateException if these options are [#of] a context
    /// @throws IOException if a file cannot be read, or is not such a file
    public TlsOptions pem(Path certificates, Path key) throws IOException {
        ensureNotGiven();
        final char[] password = {};
        return new TlsOptions(
                Pem.keyStore(certificates, key, password), password, trusted, hostName, clientCertificate, given);
    }

    /// Trusts the certificates of a key store, and those issued by them, and no others.
    ///
    /// @param file of PKCS #12 or JKS
    /// @param password of the store
    /// @return a copy
    /// @throws IllegalStateException if these options are [#of] a context
    /// @throws IOException if the file cannot be read, or the password is wrong
    public TlsOptions trustStore(Path file, char[] password) throws IOException {
        ensureNotGiven();
        return new TlsOptions(own, ownPassword, load(file, password), hostName, clientCertificate, given);
    }

    /// Trusts the certificates of a PEM file, and those issued by them, and no others.
    ///
    /// @param certificates one or more
    /// @return a copy
    /// @throws IllegalStateException if these options are [#of] a context
    /// @throws IOException if the file cannot be read, or holds no certificate
    public TlsOptions trustPem(Path certificates) throws IOException {
        ensureNotGiven();
        return new TlsOptions(own, ownPassword, Pem.trustStore(certificates), hostName, clientCertificate, given);
    }

    /// Checks a listener's certificate against another name than that of the host connected to.
    ///
    /// @param name as the certificate has it
    /// @return a copy
    public TlsOptions hostName(String name) {
        return new TlsOptions(own, ownPassword, trusted, name, clientCertificate, given);
    }

    /// Has a listener let in only clients with a certificate that it trusts.
    ///
    /// @return a copy
    public TlsOptions requireClientCertificate() {
        return new TlsOptions(own, ownPassword, trusted, hostName, true, given);
    }

    private static KeyStore load(Path file, char[] password) throws IOException {
        @Nullable Exception failure = null;
        for (String type : STORE_TYPES) {
            try (InputStream in = Files.newInputStream(file)) {
                final KeyStore store = KeyStore.getInstance(type);
                store.load(in, password);
                return store;
            } catch (java.nio.file.NoSuchFileException e) {
                throw e;
            } catch (IOException | GeneralSecurityException e) {
                failure = e;
            }
        }
        throw new IOException(
                "cannot read the key store " + file + ": it is none, or the password is another one", failure);
    }

    /// Checks that a listener could be where it is to be.
    void check(Endpoint listener) throws IOException {
        engine(listener, false);
    }

    /// One connection's state of TLS.
    SSLEngine engine(Endpoint endpoint, boolean client) throws IOException {
        if (!(endpoint instanceof Endpoint.Tcp tcp)) {
            throw new IllegalArgumentException(endpoint + ": TLS is for TCP; sockets of this host need none");
        }
        if (!client && own == null && given == null) {
            throw new IllegalArgumentException(endpoint + ": a listener with TLS needs a certificate: keyStore or pem");
        }
        final String host = hostName == null ? tcp.host() : hostName;
        final SSLEngine engine = context().createSSLEngine(host, tcp.port());
        final SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        if (client) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        } else {
            parameters.setNeedClientAuth(clientCertificate);
        }
        engine.setUseClientMode(client);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /// These options for software that knows no more than the JDK, and for
    /// [dev.backplane.ConnectOptions#tls]. Made once, since it remembers sessions, and to read the JVM's
    /// authorities takes long.
    ///
    /// @return the context: certificates and trust, but neither a host's name nor what is required of clients
    /// @throws IOException if the certificates and the key do not fit
    public SSLContext context() throws IOException {
        final SSLContext known = given == null ? made : given;
        if (known != null) {
            return known;
        }
        try {
            final KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, ownPassword);
            final TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            final SSLContext fresh = SSLContext.getInstance("TLS");
            fresh.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            made = fresh;
            return fresh;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /// What is there, without anything secret.
    @Override
    public String toString() {
        final String authorities = trusted == null ? "the JVM's authorities" : "given certificates";
        return "TlsOptions["
                + (given != null
                        ? "those of an SSLContext"
                        : (own == null ? "no certificate" : "a certificate") + ", trust in " + authorities)
                + (hostName == null ? "" : ", host name " + hostName)
                + (clientCertificate ? ", client certificates required" : "") + "]";
    }
}
