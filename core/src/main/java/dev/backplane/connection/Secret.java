package dev.backplane.connection;

import java.io.Serial;
import java.util.Arrays;
import javax.crypto.SecretKey;

/// A key of some bytes, which shows in no text, is not serialized, and can be erased.
final class Secret implements SecretKey {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient byte[] bytes;
    private transient volatile boolean destroyed;

    /// @param secret at least one byte, copied
    Secret(byte[] secret) {
        if (secret.length == 0) {
            throw new IllegalArgumentException("the authkey is empty, must have at least one byte");
        }
        this.bytes = secret.clone();
    }

    Secret copy() {
        return new Secret(getEncoded());
    }

    @Override
    public String getAlgorithm() {
        return "HMAC";
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /// A copy, which whoever asks erases.
    @Override
    public byte[] getEncoded() {
        if (destroyed) {
            throw new IllegalStateException("the authkey was erased: its user is closed");
        }
        return bytes.clone();
    }

    @Override
    public void destroy() {
        destroyed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    @Serial
    private void writeObject(java.io.ObjectOutputStream out) throws java.io.NotSerializableException {
        throw new java.io.NotSerializableException("an authkey");
    }

    /// Its length only.
    @Override
    public String toString() {
        return "Secret[" + bytes.length + " bytes]";
    }
}
