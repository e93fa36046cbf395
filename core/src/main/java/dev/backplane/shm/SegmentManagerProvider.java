package dev.backplane.shm;

import dev.backplane.Manager;
import dev.backplane.ManagerProvider;
import dev.backplane.ObjectTerms;
import dev.backplane.SharedArray;
import dev.backplane.SharedHandle;
import dev.backplane.SharedList;
import dev.backplane.SharedMap;
import dev.backplane.SharedObject;
import dev.backplane.SharedQueue;
import dev.backplane.SharedStruct;
import dev.backplane.codec.RecordLayout;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentHandle;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// The provider for segments of this host, and this JVM's register of attachments.
///
/// Objects that are read back from their serialized form use the attachment that the JVM already has to their
/// segment; the first one opens it. So a lambda that captures ten objects of one segment takes one
/// participant's slot, and threads that got the same lock by different ways have the same lock.
public final class SegmentManagerProvider implements ManagerProvider {
    private static final Map<UUID, SegmentManager> ATTACHED = new ConcurrentHashMap<>();

    /// Made by [java.util.ServiceLoader].
    public SegmentManagerProvider() {}

    @Override
    public Manager open(Path path, SegmentOptions options) throws IOException {
        return registered(Segment.openOrCreate(path, SegmentManager.withRecoveries(options)));
    }

    @Override
    public Manager anonymous(String label, SegmentOptions options) throws IOException {
        return registered(Segment.anonymous(label, SegmentManager.withRecoveries(options)));
    }

    @Override
    public Manager ofDescriptor(int descriptor, SegmentOptions options) throws IOException {
        return registered(Segment.ofDescriptor(descriptor, SegmentManager.withRecoveries(options)));
    }

    @Override
    public OptionalInt openDescriptor(Manager manager) throws IOException {
        return manager instanceof SegmentManager own ? own.segment().openDescriptor() : OptionalInt.empty();
    }

    @Override
    public <R> SharedStruct<R> struct(Manager manager, String name, RecordLayout<R> layout) throws IOException {
        if (manager instanceof SegmentManager own) {
            return own.struct(name, layout);
        }
        throw new UnsupportedOperationException(manager + " has structs by their record's class only");
    }

    @Override
    public Optional<ObjectTerms> terms(Manager manager, String name) throws IOException {
        return manager instanceof SegmentManager own ? own.terms(name) : Optional.empty();
    }

    @Override
    public <E> @Nullable E poll(SharedQueue<E> queue, Consumer<? super E> check, long nanos)
            throws InterruptedException {
        if (queue instanceof SegmentQueue<E> own) {
            return own.poll(check, nanos);
        }
        throw new UnsupportedOperationException(queue + " is not in a segment: its elements are taken unchecked");
    }

    @Override
    public <E> E remove(SharedList<E> list, IntUnaryOperator position, Consumer<? super E> check) {
        if (list instanceof SegmentList<E> own) {
            return own.remove(position, check);
        }
        throw new UnsupportedOperationException(list + " is not in a segment: its elements are taken unchecked");
    }

    @Override
    public <K, V> @Nullable V remove(SharedMap<K, V> map, K key, Consumer<? super V> check) {
        if (map instanceof SegmentMap<K, V> own) {
            return own.remove(key, check);
        }
        throw new UnsupportedOperationException(map + " is not in a segment: its values are taken unchecked");
    }

    @Override
    public Optional<MemorySegment> span(SharedArray one, SharedArray other) {
        return one instanceof SegmentArray first && other instanceof SegmentArray second
                ? first.span(second)
                : Optional.empty();
    }

    private static SegmentManager registered(Segment segment) {
        final SegmentManager manager = new SegmentManager(segment, SegmentManagerProvider::forget);
        ATTACHED.putIfAbsent(segment.id(), manager);
        return manager;
    }

    private static void forget(SegmentManager manager) {
        ATTACHED.remove(manager.handle().id(), manager);
    }

    @Override
    public SharedObject attach(SharedHandle handle) throws IOException {
        final SegmentManager attached = ATTACHED.get(handle.segment().id());
        return (attached != null ? attached : attachSegment(handle.segment())).attach(handle);
    }

    private static synchronized SegmentManager attachSegment(SegmentHandle handle) throws IOException {
        final SegmentManager faster = ATTACHED.get(handle.id());
        if (faster != null) {
            return faster;
        }
        return registered(Segment.attach(handle, SegmentManager.withRecoveries(SegmentOptions.defaults())));
    }
}
