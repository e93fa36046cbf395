package dev.backplane;

import dev.backplane.codec.Codec;
import dev.backplane.store.durable.JournalOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What the journal of a [DurableQueue] records of its codec: the name, of a long one the beginning and a sum of all
/// of it. Names have every constant of an enum and every component of a record in them.
final class DurableContent {
    private static final String CODEC = "codec ";
    private static final String SUM = "... SHA-256 ";
    private static final int SUM_DIGITS = 64;
    private static final int BEGINNING = JournalOptions.LONGEST_CONTENT - CODEC.length() - SUM.length() - SUM_DIGITS;

    private DurableContent() {}

    static String of(Codec<?> codec) {
        final String name = codec.name();
        return CODEC + (CODEC.length() + name.length() <= JournalOptions.LONGEST_CONTENT ? name : shortened(name));
    }

    private static String shortened(String name) {
        final int end = Character.isHighSurrogate(name.charAt(BEGINNING - 1)) ? BEGINNING - 1 : BEGINNING;
        return name.substring(0, end) + SUM + HexFormat.of().formatHex(sum(name));
    }

    private static byte[] sum(String name) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
