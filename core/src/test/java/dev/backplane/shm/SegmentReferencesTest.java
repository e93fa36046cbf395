package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SerializableSupplier;
import dev.backplane.SharedCondition;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.SharedObject;
import dev.backplane.SharedTopic;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.FunctionCodec;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Shared objects that a function captures, read back in this JVM.
final class SegmentReferencesTest {
    /// The first byte of serialized Java objects.
    private static final byte SERIALIZED = (byte) 0xAC;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final FunctionCodec codec = new FunctionCodec(getClass().getClassLoader());

    private static byte[] capturing(SharedObject object) {
        final SerializableSupplier<SharedObject> supplier = () -> object;
        return FunctionCodec.write(supplier);
    }

    private SharedObject read(byte[] bytes) {
        return (SharedObject) ((SerializableSupplier<?>) Objects.requireNonNull(codec.read(bytes))).get();
    }

    @Test
    void everyKindIsFoundAndFoundAgain() throws Exception {
        try (Manager manager = Manager.anonymous("kinds", SegmentOptions.defaults())) {
            final AllKinds kinds = AllKinds.of(manager);
            kinds.fillSmall();
            kinds.fillLarge();
            for (String name : manager.names()) {
                final SharedObject object = switch (name) {
                    case "topic" -> kinds.topic();
                    case "value" -> kinds.value();
                    case "struct" -> kinds.struct();
                    default -> manager.attach(name);
                };
                final byte[] bytes = capturing(object);
                assertTrue(bytes[0] != SERIALIZED, name);
                final SharedObject found = read(bytes);
                assertSame(object.getClass(), found.getClass());
                assertEquals(object.handle(), found.handle());
                assertSame(found, read(bytes), name);
            }
            assertEquals(kinds.value().get(), ((SegmentValue<?>) read(capturing(kinds.value()))).get());
            assertEquals(kinds.struct().get(), ((SegmentStruct<?>) read(capturing(kinds.struct()))).get());
        }
    }

    @Test
    void whatOthersCouldNotFindIsRefusedAsEver() throws Exception {
        try (Manager manager = Manager.anonymous("codec", SegmentOptions.defaults())) {
            final Codec<String> own = Codecs.of(String.class);
            final SharedTopic<String> topic = manager.topic("topic", own, 1024);
            Refusal.of(CodecException.class, () -> capturing(topic), "cannot serialize", own.name());
        }
    }

    @Test
    void whatWasRemovedIsFoundNoMore() throws Exception {
        try (Manager manager = Manager.anonymous("removed", SegmentOptions.defaults())) {
            final byte[] bytes = capturing(manager.longValue("n"));
            ((SharedLong) read(bytes)).set(5);
            assertTrue(manager.remove("n"));
            Refusal.of(CodecException.class, () -> read(bytes), "cannot attach", "/n@segment:", "no object of that");
            final SharedLong another = manager.longValue("n");
            Refusal.of(CodecException.class, () -> read(bytes), "cannot attach", "this is another");
            assertEquals(0, ((SharedLong) read(capturing(another))).get());
        }
    }

    @Test
    void aConditionIsFoundAsLongAsItsLockIs() throws Exception {
        try (Manager manager = Manager.anonymous("condition", SegmentOptions.defaults())) {
            final SharedLock lock = manager.lock("lock");
            final SharedCondition condition = manager.condition("condition", lock);
            final byte[] bytes = capturing(condition);
            assertSame(read(bytes), read(bytes));
            assertTrue(manager.remove("lock"));
            Refusal.of(CodecException.class, () -> read(bytes), "the lock of this condition was removed");
        }
    }

    @Test
    void anObjectOfAClosedAttachmentIsAttachedAnew() throws Exception {
        final byte[] bytes;
        final SharedObject closed;
        try (Manager manager = Manager.open(directory.resolve("segment"))) {
            final SharedLong number = manager.longValue("n");
            number.set(5);
            bytes = capturing(number);
            closed = read(bytes);
            assertSame(closed, read(bytes));
        }
        try (Manager manager = Manager.open(directory.resolve("segment"))) {
            final SharedLong number = (SharedLong) read(bytes);
            assertNotSame(closed, number);
            assertEquals(5, number.getAndSet(6));
            assertEquals(6, manager.longValue("n").get());
        }
        assertTrue(Segment.delete(directory.resolve("segment")));
        Refusal.of(CodecException.class, () -> read(bytes), "cannot attach", "/n@segment:", "segment");
    }

    @Test
    void classesOfElementsAreThoseOfWhoReads() throws Exception {
        final Thread thread = Thread.currentThread();
        final ClassLoader before = thread.getContextClassLoader();
        try (Manager manager = Manager.anonymous("loader", SegmentOptions.defaults());
                URLClassLoader other = new URLClassLoader(new URL[0], before)) {
            final byte[] bytes = capturing(manager.value("value", String.class, 20));
            final SharedObject found = read(bytes);
            assertSame(found, read(bytes));
            thread.setContextClassLoader(other);
            assertNotSame(found, read(bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
