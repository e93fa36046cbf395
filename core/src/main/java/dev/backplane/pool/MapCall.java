package dev.backplane.pool;

import dev.backplane.SerializableFunction;
import dev.backplane.codec.JavaSerialization;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/// What makes a call of a map the same call in another run of the program.
///
/// A lambda is its class, the name that the compiler gave it, and what it captures: the same as long as the
/// class file is the same. The code of the function is not compared.
///
/// @param elements how many
/// @param chunkSize how many make a task
/// @param function the class of the function, for people
/// @param functionSum SHA-256 of the serialized function, in hex
/// @param elementsSum SHA-256 of the serialized elements with the length of each chunk before it, in hex
record MapCall(int elements, int chunkSize, String function, String functionSum, String elementsSum) {
    /// What the JVM puts after the name of a class for a lambda in it; what follows is another in each run.
    private static final String LAMBDA = "$$Lambda";

    static MapCall of(int elements, int chunkSize, List<byte[]> chunks, SerializableFunction<?, ?> function) {
        final MessageDigest ofFunction = Sha256.begin();
        ofFunction.update(JavaSerialization.serialize(function));
        final MessageDigest ofElements = Sha256.begin();
        for (byte[] chunk : chunks) {
            ofElements.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(chunk.length).flip());
            ofElements.update(chunk);
        }
        return new MapCall(
                elements,
                chunkSize,
                nameOf(function.getClass().getName()),
                Sha256.hex(ofFunction),
                Sha256.hex(ofElements));
    }

    private static String nameOf(String type) {
        final int lambda = type.indexOf(LAMBDA);
        return lambda < 0 ? type : "a lambda of " + type.substring(0, lambda);
    }

    /// In what this call is another than a recorded one, for people; nothing if it is the same.
    List<String> differencesFrom(MapCall recorded) {
        final List<String> differences = new ArrayList<>();
        if (elements != recorded.elements) {
            differences.add(elements + " elements instead of " + recorded.elements);
        }
        if (chunkSize != recorded.chunkSize) {
            differences.add("chunks of " + chunkSize + " instead of " + recorded.chunkSize);
        }
        if (!function.equals(recorded.function)) {
            differences.add("its function is " + function + " instead of " + recorded.function);
        } else if (!functionSum.equals(recorded.functionSum)) {
            differences.add("its function, " + function
                    + ", is another one there, or captures what does not serialize equally");
        }
        // The sum depends on how elements are cut.
        final boolean comparable = elements == recorded.elements && chunkSize == recorded.chunkSize;
        if (comparable && !elementsSum.equals(recorded.elementsSum)) {
            differences.add("its elements do not serialize equally");
        }
        return differences;
    }
}
