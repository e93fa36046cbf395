package dev.backplane.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;

/// A secret of some bytes, which shows in no text that is made of it.
///
/// Whoever has one erases it when it is needed no longer. What remains in the heap of a JVM that uses it, such
/// as in the buffer of a pipe, is as secret as that JVM's memory.
final class Authkey {
    private static final int MOST_BYTES = 1024;
    private static final int RANDOM_BYTES = 32;

    private final byte[] bytes;

    /// Takes the array over.
    private Authkey(byte[] bytes) {
        this.bytes = bytes;
    }

    static Authkey random() {
        final byte[] drawn = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(drawn);
        return new Authkey(drawn);
    }

    /// A copy of the caller's bytes.
    static Authkey of(byte[] secret) {
        if (secret.length < 1 || secret.length > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "the authkey has " + secret.length + " bytes, must be 1 to " + MOST_BYTES);
        }
        return new Authkey(secret.clone());
    }

    Authkey copy() {
        return new Authkey(bytes.clone());
    }

    byte[] toBytes() {
        return bytes.clone();
    }

    void writeTo(DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static Authkey readFrom(DataInputStream in) throws IOException {
        final int length = in.readInt();
        if (length < 1 || length > MOST_BYTES) {
            throw new IOException("not started by JvmProcess: an authkey of " + length + " bytes");
        }
        final byte[] read = in.readNBytes(length);
        if (read.length < length) {
            throw new EOFException("the parent ended while it told this JVM its authkey");
        }
        return new Authkey(read);
    }

    void erase() {
        Arrays.fill(bytes, (byte) 0);
    }

    /// Its length only.
    @Override
    public String toString() {
        return "Authkey[" + bytes.length + " bytes]";
    }
}
