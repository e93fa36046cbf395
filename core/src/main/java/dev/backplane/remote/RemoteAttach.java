package dev.backplane.remote;

import dev.backplane.ChannelOptions;
import dev.backplane.ListOptions;
import dev.backplane.LockOptions;
import dev.backplane.MapOptions;
import dev.backplane.OwnerDeath;
import dev.backplane.QueueOptions;
import dev.backplane.RemoteCallException;
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedObject;
import dev.backplane.SharedTopic;
import dev.backplane.codec.ClassRefusedException;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.RecordLayout;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.pickle.PythonException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Attaches objects by their names alone, as a server describes them, by the manager's methods for their types.
///
/// What the server says is not trusted. All of it is checked before anything is opened: a class is looked for
/// only if the policy allows its name, and whether the object really has that codec the server checks in turn.
final class RemoteAttach {
    /// Segments keep less of a codec's name.
    private static final int LONGEST_NAME = 4096;

    private static final int SHOWN = 200;

    private final RemoteManager manager;
    private final RemoteObjects objects;
    private final SerializationPolicy policy;

    /// @param manager whose methods open the objects
    /// @param objects of the manager
    /// @param policy which classes the server may name
    RemoteAttach(RemoteManager manager, RemoteObjects objects, SerializationPolicy policy) {
        this.manager = manager;
        this.objects = objects;
        this.policy = policy;
    }

    /// How an object is opened whose description was read.
    @FunctionalInterface
    private interface Opening {
        SharedObject open() throws IOException;
    }

    /// The object of a name.
    ///
    /// @param name of the object
    /// @param description what the server says that it is
    /// @return the object
    /// @throws IOException if the server fails
    SharedObject attach(String name, List<@Nullable Object> description) throws IOException {
        final Opening opening;
        try {
            opening = opening(name, description);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | PythonException e) {
            final String text = String.valueOf(description);
            throw new RemoteCallException(
                    "cannot attach " + name + ": the server describes it as "
                            + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text) + ", which cannot be: "
                            + e.getMessage(),
                    "",
                    e);
        }
        return opening.open();
    }

    private Opening opening(String name, List<@Nullable Object> parts) {
        final String kind = text(parts, 0);
        return switch (kind) {
            case "lock" -> {
                final LockOptions options = new LockOptions(truth(parts, 1), OwnerDeath.refuse());
                yield () -> manager.lock(name, options);
            }
            case "readWriteLock" -> () -> manager.readWriteLock(name);
            case "once" -> () -> manager.once(name);
            case "condition" -> {
                final LockOptions options = new LockOptions(truth(parts, 1), OwnerDeath.refuse());
                final String lock = text(parts, 2);
                yield () -> manager.condition(name, manager.lock(lock, options));
            }
            case "semaphore" -> {
                final SemaphoreOptions options =
                        new SemaphoreOptions(number(parts, 1), truth(parts, 2), truth(parts, 3));
                yield () -> manager.semaphore(name, options);
            }
            case "struct" -> {
                final RecordLayout<Map<String, Object>> layout = layout(parts.get(1));
                yield () -> manager.struct(name, layout);
            }
            case "channel" -> {
                final ChannelOptions options = new ChannelOptions(truth(parts, 1), number(parts, 2));
                yield () -> manager.channel(name, options);
            }
            case "topic" -> {
                final int capacity = number(parts, 1);
                if (capacity < SharedTopic.LEAST_CAPACITY
                        || capacity > SharedTopic.LARGEST_CAPACITY
                        || Integer.bitCount(capacity) != 1) {
                    throw new IllegalArgumentException("no topic has a capacity of " + capacity + " bytes");
                }
                yield () -> manager.topic(name, Object.class, capacity);
            }
            case "queue", "list", "map", "value" -> collection(kind, name, parts);
            case "other" -> {
                final String what = text(parts, 1);
                throw new UnsupportedOperationException(what + " cannot be attached over a connection by its name"
                        + " alone: ask for it by the method for its type");
            }
            default -> byItsName(kind, name, parts);
        };
    }

    private Opening collection(String kind, String name, List<@Nullable Object> parts) {
        return switch (kind) {
            case "queue" -> {
                final Codec<Object> codec = codec(parts, 1, "queue " + name, "queue(name, options)");
                final QueueOptions<Object> options =
                        new QueueOptions<>(number(parts, 3), number(parts, 4), truth(parts, 5), codec);
                yield () -> manager.queue(name, options);
            }
            case "list" -> {
                final Codec<Object> codec = codec(parts, 1, "list " + name, "list(name, codec, options)");
                final ListOptions options = new ListOptions(number(parts, 3), number(parts, 4));
                yield () -> manager.list(name, codec, options);
            }
            case "map" -> {
                final String getter = "map(name, keyCodec, valueCodec, options)";
                final Codec<Object> keyCodec = codec(parts, 1, "map " + name, getter);
                final Codec<Object> valueCodec = codec(parts, 3, "map " + name, getter);
                final MapOptions options = new MapOptions(number(parts, 5), number(parts, 6), number(parts, 7));
                yield () -> manager.map(name, keyCodec, valueCodec, options);
            }
            default -> {
                final Codec<Object> codec = codec(parts, 1, "value " + name, "value(name, codec, maxBytes)");
                final int most = number(parts, 3);
                yield () -> manager.value(name, codec, most);
            }
        };
    }

    /// One that the server finds by its name alone.
    private Opening byItsName(String kind, String name, List<@Nullable Object> parts) {
        final ArrayType array = ArrayType.of(kind);
        if (array != null) {
            final long length = JavaValues.within(parts.get(1), 1, Long.MAX_VALUE);
            return () -> (SharedObject) RemoteArray.of(objects.attached(name, kind, length), array, length);
        }
        return switch (kind) {
            case "long" -> () -> new RemoteNumbers.OfLong(objects.attached(name, kind));
            case "double" -> () -> new RemoteNumbers.OfDouble(objects.attached(name, kind));
            case "boolean" -> () -> new RemoteNumbers.OfBoolean(objects.attached(name, kind));
            case "event" -> () -> new RemoteSignals.Event(objects.attached(name, kind));
            case "barrier" -> () -> new RemoteSignals.Barrier(objects.attached(name, kind));
            case "latch" -> () -> new RemoteSignals.Latch(objects.attached(name, kind));
            default -> throw new NoSuchElementException(name + " is a " + kind + ", which this version does not know");
        };
    }

    private static String text(List<@Nullable Object> parts, int index) {
        if (parts.get(index) instanceof String text && !text.isEmpty() && text.length() <= LONGEST_NAME) {
            return text;
        }
        throw new IllegalArgumentException("part " + index + " must be a text of 1 to " + LONGEST_NAME + " characters");
    }

    private static boolean truth(List<@Nullable Object> parts, int index) {
        if (parts.get(index) instanceof Boolean truth) {
            return truth;
        }
        throw new IllegalArgumentException("part " + index + " must be a truth value");
    }

    /// A whole number that is not negative; the options that it is one of know more.
    private static int number(List<@Nullable Object> parts, int index) {
        return (int) JavaValues.within(parts.get(index), 0, Integer.MAX_VALUE);
    }

    private static RecordLayout<Map<String, Object>> layout(@Nullable Object components) {
        try {
            return RecordLayout.ofMaps(JvmStruct.components(components));
        } catch (CodecException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// The codec whose name, and how many bytes the whole name has, are two of the parts.
    @SuppressWarnings("unchecked") // Its name says what the elements are.
    private Codec<Object> codec(List<@Nullable Object> parts, int index, String what, String getter) {
        final String beginning = text(parts, index);
        final int bytes = number(parts, index + 1);
        try {
            return (Codec<Object>) Codecs.named(beginning, bytes, policy);
        } catch (ClassRefusedException e) {
            throw new ClassRefusedException(
                    "cannot attach " + what + ": " + e.getMessage() + ", or ask for it by " + getter
                            + "; ConnectOptions.policy says which classes are allowed",
                    e);
        } catch (CodecException e) {
            throw new UnsupportedOperationException(
                    "cannot attach " + what + ": " + e.getMessage() + "; ask for it by " + getter, e);
        }
    }
}
