package dev.backplane.connection;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How two ends of a connection prove to each other that they have the same key, without telling it: as
/// Python's `deliver_challenge` and `answer_challenge` do.
///
/// | who challenges                        | who answers                                       |
/// |---------------------------------------|---------------------------------------------------|
/// | `#CHALLENGE#{sha256}` + 40 random bytes |                                                 |
/// |                                       | `{sha256}` + HMAC-SHA-256 of all behind `#CHALLENGE#` |
/// | `#WELCOME#`, or `#FAILURE#` and the end |                                                 |
///
/// [Listener] challenges first and then answers, [Client] the other way about; so a listener tells strangers
/// nothing.
///
/// **Digests.** SHA-256, SHA-384, SHA3-256 and SHA3-384 are accepted, as Python 3.12 and newer send them; the
/// code is over the digest's name too, so that nobody in between can choose a weaker one. Python 3.8 to 3.11
/// knows MD5 only: it sends 20 random bytes without a name, and answers any challenge with 16 bytes of
/// HMAC-MD5. Both are refused unless the options allow MD5, which is to be done for such peers only.
///
/// **Replay and reflection.** Each challenge is new, from [SecureRandom]; what was heard once answers none
/// again. A client's challenge is marked, in a way that only who has the key can see, as a client's, and no
/// client answers such a one: so nobody can pass as a listener by sending a client's own challenge to it on
/// another connection. Whoever sits between the two can still hand everything on, and read it: against that
/// there is [TlsOptions].
public final class Challenge {
    /*
     * The mark: of the 40 bytes 24 are random, and 16 the beginning of their HMAC under the key. Only a client marks:
     * it has answered a challenge of this peer's by then, so the mark tells him nothing that he could not have had.
     * A listener has not, and must not give a stranger something to try keys with. To a Python, all 40 are random.
     */
    static final int MOST_FRAME_BYTES = 256;

    private static final byte[] CHALLENGE = Bytes.ascii("#CHALLENGE#");
    private static final byte[] WELCOME = Bytes.ascii("#WELCOME#");
    private static final byte[] FAILURE = Bytes.ascii("#FAILURE#");
    private static final byte[] MARK = Bytes.ascii("backplane client ");
    private static final String MD5_REFUSED =
            "it uses MD5, as Python 3.8 to 3.11 does; the option allowMd5 accepts that";
    private static final int NONCE_BYTES = 40;
    private static final int MARK_BYTES = 16;
    private static final int MD5_CHALLENGE_BYTES = 20;
    private static final int MD5_CODE_BYTES = 16;

    /// Which end of a connection one is.
    enum Role {
        LISTENER,
        CLIENT,
        UNKNOWN
    }

    private final Connection connection;
    private final Secret key;
    private final boolean allowMd5;
    private final Role role;

    Challenge(Connection connection, Secret key, boolean allowMd5, Role role) {
        this.connection = connection;
        this.key = key;
        this.allowMd5 = allowMd5;
        this.role = role;
    }

    /// Has the other end prove that it has the key. MD5 is refused.
    ///
    /// @param connection closed if the proof fails
    /// @param key at least one byte
    /// @throws AuthenticationException if the other end does not have the key
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    public static void deliver(Connection connection, byte[] key) throws IOException, InterruptedException {
        deliver(connection, key, false);
    }

    /// Has the other end prove that it has the key.
    ///
    /// @param connection closed if the proof fails
    /// @param key at least one byte
    /// @param allowMd5 whether a proof by MD5 will do, which is all that Python 3.8 to 3.11 has
    /// @throws AuthenticationException if the other end does not have the key
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    public static void deliver(Connection connection, byte[] key, boolean allowMd5)
            throws IOException, InterruptedException {
        final Secret secret = new Secret(key);
        try {
            new Challenge(connection, secret, allowMd5, Role.UNKNOWN).deliver();
        } finally {
            secret.destroy();
        }
    }

    /// Proves to the other end that one has the key. MD5 is refused.
    ///
    /// @param connection closed if the other end is not content
    /// @param key at least one byte
    /// @throws AuthenticationException if the other end has another key, or challenges in a way that is
    ///     refused
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    public static void answer(Connection connection, byte[] key) throws IOException, InterruptedException {
        answer(connection, key, false);
    }

    /// Proves to the other end that one has the key.
    ///
    /// @param connection closed if the other end is not content
    /// @param key at least one byte
    /// @param allowMd5 whether to give a proof by MD5, which is all that Python 3.8 to 3.11 has
    /// @throws AuthenticationException if the other end has another key, or challenges in a way that is
    ///     refused
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    public static void answer(Connection connection, byte[] key, boolean allowMd5)
            throws IOException, InterruptedException {
        final Secret secret = new Secret(key);
        try {
            new Challenge(connection, secret, allowMd5, Role.UNKNOWN).answer();
        } finally {
            secret.destroy();
        }
    }

    void deliver() throws IOException, InterruptedException {
        boolean proved = false;
        try {
            final byte[] message = Bytes.join(Digest.SHA256.prefix(), nonce());
            connection.sendBytes(Bytes.join(CHALLENGE, message));
            final String wrong = whatIsWrong(message, connection.receiveBytes(MOST_FRAME_BYTES));
            if (wrong != null) {
                throw refusal(wrong);
            }
            connection.sendBytes(WELCOME);
            proved = true;
        } finally {
            closeUnless(proved);
        }
    }

    /// Tells the other end that it is refused, and why the caller.
    private AuthenticationException refusal(String wrong) throws InterruptedException {
        final AuthenticationException refusal =
                new AuthenticationException(connection.peer() + " was refused: " + wrong);
        try {
            connection.sendBytes(FAILURE);
        } catch (IOException e) {
            refusal.addSuppressed(e);
        }
        return refusal;
    }

    private byte[] nonce() {
        final byte[] nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        if (role == Role.CLIENT) {
            System.arraycopy(markOf(nonce), 0, nonce, NONCE_BYTES - MARK_BYTES, MARK_BYTES);
        }
        return nonce;
    }

    private byte[] markOf(byte[] nonce) {
        final byte[] random = Arrays.copyOf(nonce, NONCE_BYTES - MARK_BYTES);
        return Arrays.copyOf(Digest.SHA256.code(key, Bytes.join(MARK, random)), MARK_BYTES);
    }

    /// Why a response does not prove the key; null if it does.
    private @Nullable String whatIsWrong(byte[] message, byte[] response) {
        final Digest digest;
        final byte[] code;
        if (response.length == MD5_CODE_BYTES) {
            digest = Digest.MD5;
            code = response;
        } else {
            digest = Digest.of(response).orElse(null);
            code = digest == null ? response : Bytes.after(response, digest.prefix().length);
        }
        if (digest == null) {
            return "its response of " + response.length + " bytes names no known digest";
        }
        if (digest == Digest.MD5 && !allowMd5) {
            return MD5_REFUSED;
        }
        return MessageDigest.isEqual(digest.code(key, message), code) ? null : "it has another key";
    }

    void answer() throws IOException, InterruptedException {
        boolean proved = false;
        try {
            final byte[] frame = connection.receiveBytes(MOST_FRAME_BYTES);
            if (!Bytes.startsWith(frame, CHALLENGE)) {
                throw new AuthenticationException(connection.peer() + " sent " + frame.length
                        + " bytes that are no challenge: it has no authkey, or is another kind of server");
            }
            connection.sendBytes(responseTo(Bytes.after(frame, CHALLENGE.length)));
            if (!Arrays.equals(connection.receiveBytes(MOST_FRAME_BYTES), WELCOME)) {
                throw new AuthenticationException(connection.peer() + " has another key, or refuses SHA-256");
            }
            proved = true;
        } finally {
            closeUnless(proved);
        }
    }

    private byte[] responseTo(byte[] message) throws AuthenticationException {
        if (message.length < MD5_CHALLENGE_BYTES) {
            throw new AuthenticationException(connection.peer() + " sent a challenge of " + message.length
                    + " bytes, must be at least " + MD5_CHALLENGE_BYTES);
        }
        final boolean old = message.length == MD5_CHALLENGE_BYTES;
        final Digest digest = old ? Digest.MD5 : Digest.of(message).orElse(null);
        if (digest == null) {
            throw new AuthenticationException(
                    connection.peer() + " sent a challenge of " + message.length + " bytes that names no known digest");
        }
        if (digest == Digest.MD5 && !allowMd5) {
            throw new AuthenticationException(connection.peer() + " was refused: " + MD5_REFUSED);
        }
        if (role == Role.CLIENT && isMarked(message, digest)) {
            throw new AuthenticationException(
                    connection.peer() + " sent a client's challenge: it is no listener, and passes on what others say");
        }
        final byte[] code = digest.code(key, message);
        return old ? code : Bytes.join(digest.prefix(), code);
    }

    private boolean isMarked(byte[] message, Digest digest) {
        final byte[] nonce = Bytes.after(message, message.length == MD5_CHALLENGE_BYTES ? 0 : digest.prefix().length);
        return nonce.length == NONCE_BYTES
                && MessageDigest.isEqual(Bytes.after(nonce, NONCE_BYTES - MARK_BYTES), markOf(nonce));
    }

    private void closeUnless(boolean proved) throws IOException {
        if (!proved) {
            connection.close();
        }
    }
}
