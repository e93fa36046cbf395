package dev.backplane.shm;

import dev.backplane.ChannelOptions;
import dev.backplane.ListOptions;
import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.ObjectTerms;
import dev.backplane.OwnerDeath;
import dev.backplane.QueueOptions;
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedChannel;
import dev.backplane.SharedCondition;
import dev.backplane.SharedDouble;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedEvent;
import dev.backplane.SharedFloatArray;
import dev.backplane.SharedHandle;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLatch;
import dev.backplane.SharedList;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import dev.backplane.SharedMap;
import dev.backplane.SharedObject;
import dev.backplane.SharedOnce;
import dev.backplane.SharedQueue;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.SharedStruct;
import dev.backplane.SharedTopic;
import dev.backplane.SharedValue;
import dev.backplane.codec.Codec;
import dev.backplane.codec.RecordLayout;
import dev.backplane.store.CatalogEntry;
import dev.backplane.store.ObjectRecovery;
import dev.backplane.store.ObjectSpec;
import dev.backplane.store.Region;
import dev.backplane.store.RobustWord;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentHandle;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// [Manager] of one attachment to one segment.
final class SegmentManager implements Manager {
    private final Segment segment;
    private final Runnable onClose;
    /// By incarnation, what this process's threads share of an object beyond its bytes: threads that ask for
    /// the same lock get the same owner and hold count.
    private final Map<Long, Object> locals;
    private final Waiting waiting;
    private final DataObjects data;
    private final CollectionObjects collections;

    SegmentManager(Segment segment, Consumer<SegmentManager> onClose) {
        this.segment = segment;
        this.onClose = () -> onClose.accept(this);
        this.locals = new ConcurrentHashMap<>();
        this.waiting = Waiting.byDefault();
        this.data = new DataObjects(this, segment);
        this.collections = new CollectionObjects(this, segment);
    }

    private SegmentManager(SegmentManager origin, Waiting waiting) {
        this.segment = origin.segment;
        this.onClose = origin.onClose;
        this.locals = origin.locals;
        this.waiting = waiting;
        this.data = new DataObjects(this, segment);
        this.collections = new CollectionObjects(this, segment);
    }

    @Override
    public Manager waiting(Waiting how) {
        return new SegmentManager(this, how);
    }

    /// The attachment.
    Segment segment() {
        return segment;
    }

    /// How the threads of this manager's objects wait.
    Waiting waiting() {
        return waiting;
    }

    /// The options with a recovery for every type, so that this attachment can sweep whatever it meets.
    static SegmentOptions withRecoveries(SegmentOptions options) {
        final List<ObjectRecovery> recoveries = new ArrayList<>();
        for (ObjectType type : ObjectType.values()) {
            recoveries.add(new TypeRecovery(type));
        }
        return options.withRecoveries(recoveries);
    }

    private Region region(String name, ObjectType type, long length) throws IOException {
        if (length < 1 || length > segment.size() / type.unitBytes()) {
            throw new IllegalArgumentException("length of " + name + " is " + length + " elements of "
                    + type.unitBytes() + " bytes, must be 1 to what fits in the " + segment.size() + " bytes of "
                    + segment.path());
        }
        final long bytes = (length * type.unitBytes() + 3) & -4L;
        final ObjectSpec spec = new ObjectSpec(name, type.code(), type.layoutVersion(), bytes, length, 0);
        return segment.catalog().createOrAttach(spec, memory -> {});
    }

    @Override
    public SharedLong longValue(String name) throws IOException {
        return new SegmentLong(this, region(name, ObjectType.LONG, 1));
    }

    @Override
    public SharedDouble doubleValue(String name) throws IOException {
        return new SegmentDouble(this, region(name, ObjectType.DOUBLE, 1));
    }

    @Override
    public SharedBoolean booleanValue(String name) throws IOException {
        return new SegmentBoolean(this, region(name, ObjectType.BOOLEAN, 1));
    }

    @Override
    public SharedByteArray byteArray(String name, long length) throws IOException {
        return new SegmentByteArray(this, region(name, ObjectType.BYTE_ARRAY, length));
    }

    @Override
    public SharedIntArray intArray(String name, long length) throws IOException {
        return new SegmentIntArray(this, region(name, ObjectType.INT_ARRAY, length));
    }

    @Override
    public SharedLongArray longArray(String name, long length) throws IOException {
        return new SegmentLongArray(this, region(name, ObjectType.LONG_ARRAY, length));
    }

    @Override
    public SharedFloatArray floatArray(String name, long length) throws IOException {
        return new SegmentFloatArray(this, region(name, ObjectType.FLOAT_ARRAY, length));
    }

    @Override
    public SharedDoubleArray doubleArray(String name, long length) throws IOException {
        return new SegmentDoubleArray(this, region(name, ObjectType.DOUBLE_ARRAY, length));
    }

    @Override
    public SharedLock lock(String name, LockOptions options) throws IOException {
        final ObjectType type = options.fair() ? ObjectType.FAIR_LOCK : ObjectType.LOCK;
        return lock(region(name, type, 1), type, options.ownerDeath());
    }

    private SharedLock lock(Region region, ObjectType type, OwnerDeath ownerDeath) {
        final ProcessLock process = type == ObjectType.FAIR_LOCK
                ? local(region, ProcessLock.class, () -> new ProcessLock(new FairWord(region)))
                : process(region, LockLayout.WORD_OFFSET);
        return new SegmentLock(this, region, process, ownerDeath);
    }

    private ProcessLock process(Region region, long wordOffset) {
        return local(
                region,
                ProcessLock.class,
                () -> new ProcessLock(new RobustWord(region.segment(), region.memory(), wordOffset)));
    }

    /// What the threads of this process share of an object beyond its bytes.
    <T> T local(Region region, Class<T> type, Supplier<T> first) {
        return type.cast(locals.computeIfAbsent(region.incarnation(), incarnation -> first.get()));
    }

    @Override
    public SharedBarrier barrier(String name, int parties, Runnable action) throws IOException {
        if (parties < 1 || parties > BarrierLayout.MOST_PARTIES) {
            throw new IllegalArgumentException(
                    "parties of " + name + " are " + parties + ", must be 1 to " + BarrierLayout.MOST_PARTIES);
        }
        final ObjectType type = ObjectType.BARRIER;
        final ObjectSpec spec =
                new ObjectSpec(name, type.code(), type.layoutVersion(), BarrierLayout.BYTES, 1, parties);
        return new SegmentBarrier(this, segment.catalog().createOrAttach(spec, BarrierState::initialise), action);
    }

    @Override
    public SharedReadWriteLock readWriteLock(String name, OwnerDeath ownerDeath) throws IOException {
        return readWriteLock(region(name, ObjectType.READ_WRITE_LOCK, 1), ownerDeath);
    }

    private SharedReadWriteLock readWriteLock(Region region, OwnerDeath ownerDeath) {
        return new SegmentReadWriteLock(
                this, region, local(region, ProcessReadWrite.class, () -> new ProcessReadWrite(region)), ownerDeath);
    }

    @Override
    public SharedCondition condition(String name, SharedLock lock) throws IOException {
        if (!(lock instanceof SegmentLock own) || own.region().segment() != segment) {
            throw new IllegalArgumentException("condition " + name + " in " + segment.path()
                    + " must be of a lock of the same manager, not of " + lock);
        }
        final ObjectType type = ObjectType.CONDITION;
        final ObjectSpec spec = new ObjectSpec(
                name,
                type.code(),
                type.layoutVersion(),
                ConditionLayout.BYTES,
                1,
                own.region().incarnation());
        return condition(segment.catalog().createOrAttach(spec, memory -> {}), own);
    }

    private SharedCondition condition(Region region, SegmentLock lock) {
        return new SegmentCondition(
                this, region, lock, local(region, ConditionQueue.class, () -> new ConditionQueue(region)));
    }

    /// The condition in a region, of the lock that it was created for.
    private SharedCondition condition(Region region) throws IOException {
        final String lock = segment.catalog().entries().stream()
                .filter(entry -> !entry.removed() && entry.incarnation() == region.param1())
                .map(CatalogEntry::name)
                .findFirst()
                .orElseThrow(() -> missing(region.name(), "the lock of this condition was removed"));
        return condition(region, (SegmentLock) attach(lock));
    }

    @Override
    public SharedEvent event(String name) throws IOException {
        return new SegmentEvent(this, region(name, ObjectType.EVENT, 1));
    }

    @Override
    public SharedLatch latch(String name, int count) throws IOException {
        if (count < 0) {
            throw new IllegalArgumentException("count of " + name + " is " + count + ", must not be negative");
        }
        final ObjectType type = ObjectType.LATCH;
        final ObjectSpec spec = new ObjectSpec(name, type.code(), type.layoutVersion(), LatchLayout.BYTES, 1, count);
        return new SegmentLatch(
                this, segment.catalog().createOrAttach(spec, memory -> LatchLayout.WORD.set(memory, 0, count)));
    }

    @Override
    public SharedSemaphore semaphore(String name, SemaphoreOptions options) throws IOException {
        final ObjectType type = ObjectType.SEMAPHORE;
        final ObjectSpec spec = new ObjectSpec(
                name, type.code(), type.layoutVersion(), SemaphoreLayout.BYTES, 1, SegmentSemaphore.parameter(options));
        return new SegmentSemaphore(
                this, segment.catalog().createOrAttach(spec, memory -> Permits.initialise(memory, options.permits())));
    }

    @Override
    public SharedChannel channel(String name, ChannelOptions options) throws IOException {
        return data.channel(name, options);
    }

    @Override
    public <E> SharedTopic<E> topic(String name, Class<E> type, int capacityBytes) throws IOException {
        return data.topic(name, ElementType.of(type), capacityBytes);
    }

    @Override
    public <E> SharedTopic<E> topic(String name, Codec<E> codec, int capacityBytes) throws IOException {
        return data.topic(name, ElementType.of(codec), capacityBytes);
    }

    @Override
    public <E> SharedValue<E> value(String name, Class<E> type, int maxBytes) throws IOException {
        return data.value(name, ElementType.of(type), maxBytes);
    }

    @Override
    public <E> SharedValue<E> value(String name, Codec<E> codec, int maxBytes) throws IOException {
        return data.value(name, ElementType.of(codec), maxBytes);
    }

    @Override
    public <R extends Record> SharedStruct<R> struct(String name, Class<R> type) throws IOException {
        return struct(name, RecordLayout.of(type));
    }

    /// A struct whose record's class need not be here.
    <R> SharedStruct<R> struct(String name, RecordLayout<R> layout) throws IOException {
        return data.struct(name, layout);
    }

    @Override
    public <K, V> SharedMap<K, V> map(String name, Codec<K> keyCodec, Codec<V> valueCodec, MapOptions options)
            throws IOException {
        return collections.map(name, keyCodec, valueCodec, options);
    }

    @Override
    public <E> SharedList<E> list(String name, Codec<E> codec, ListOptions options) throws IOException {
        return collections.list(name, codec, options);
    }

    @Override
    public <E> SharedQueue<E> queue(String name, QueueOptions<E> options) throws IOException {
        return collections.queue(name, options);
    }

    @Override
    public SharedOnce once(String name) throws IOException {
        return once(region(name, ObjectType.ONCE, 1));
    }

    private SharedOnce once(Region region) {
        return new SegmentOnce(this, region, process(region, OnceLayout.WORD.offset()));
    }

    /// An object that exists.
    ///
    /// @param region its bytes
    /// @param type what it is
    private record Existing(Region region, ObjectType type) {}

    private Existing existing(String name) throws IOException {
        final CatalogEntry entry =
                segment.catalog().entry(name).orElseThrow(() -> missing(name, "no object of that name"));
        final ObjectType type = ObjectType.of(entry.type())
                .orElseThrow(() -> new SegmentException("object " + name + " in " + segment.path() + " is of type "
                        + entry.type() + ", which this library does not know: use a newer one"));
        final Region region = segment.catalog()
                .attach(name, type.code(), type.layoutVersion())
                .orElseThrow(() -> missing(name, "it was removed just now"));
        checkLength(region, type);
        return new Existing(region, type);
    }

    @Override
    public SharedObject attach(String name) throws IOException {
        final Existing existing = existing(name);
        return object(existing.region(), existing.type());
    }

    /// What must be said to obtain an object that exists, see [dev.backplane.ManagerProvider#terms].
    Optional<ObjectTerms> terms(String name) throws IOException {
        final Existing existing = existing(name);
        return Optional.ofNullable(StoredTerms.of(this, existing.region(), existing.type()));
    }

    /// A region's length must be what its parameters say, or elements would lie outside it.
    private void checkLength(Region region, ObjectType type) {
        final long elements = region.param0();
        if (elements < 1 || elements > region.length() / type.unitBytes()) {
            throw new SegmentException("object " + region + " claims " + elements + " elements of " + type.unitBytes()
                    + " bytes, more than its length: the segment is damaged");
        }
    }

    private SharedObject object(Region region, ObjectType type) throws IOException {
        return switch (type) {
            case LONG -> new SegmentLong(this, region);
            case DOUBLE -> new SegmentDouble(this, region);
            case BOOLEAN -> new SegmentBoolean(this, region);
            case BYTE_ARRAY -> new SegmentByteArray(this, region);
            case INT_ARRAY -> new SegmentIntArray(this, region);
            case LONG_ARRAY -> new SegmentLongArray(this, region);
            case FLOAT_ARRAY -> new SegmentFloatArray(this, region);
            case DOUBLE_ARRAY -> new SegmentDoubleArray(this, region);
            case LOCK, FAIR_LOCK -> lock(region, type, OwnerDeath.refuse());
            case EVENT -> new SegmentEvent(this, region);
            case LATCH -> new SegmentLatch(this, region);
            case ONCE -> once(region);
            case SEMAPHORE -> new SegmentSemaphore(this, region);
            case CONDITION -> condition(region);
            case BARRIER -> new SegmentBarrier(this, region, () -> {});
            case READ_WRITE_LOCK -> readWriteLock(region, OwnerDeath.refuse());
            case CHANNEL, TOPIC, VALUE -> data.object(region, type);
            case QUEUE, MAP, LIST -> collections.object(region, type);
        };
    }

    /// The object that a handle names, or the slice of it.
    SharedObject attach(SharedHandle handle) throws IOException {
        final SharedObject object = attach(handle.object());
        if (object.handle().incarnation() != handle.incarnation()) {
            throw missing(handle.object(), "the one that the handle names was removed, this is another");
        }
        if (handle.to() == SharedHandle.WHOLE) {
            return object;
        }
        if (!(object instanceof SegmentArray array)) {
            throw new SegmentException("handle " + handle + " names a slice, but " + object + " is no array");
        }
        return array.slice(handle.from(), handle.to());
    }

    private NoSuchElementException missing(String name, String why) {
        return new NoSuchElementException("cannot attach " + name + " in " + segment.path() + ": " + why);
    }

    @Override
    public boolean remove(String name) throws IOException {
        return segment.catalog().remove(name);
    }

    @Override
    public List<String> names() {
        segment.ensureOpen();
        return segment.catalog().entries().stream()
                .filter(entry -> !entry.removed())
                .map(CatalogEntry::name)
                .toList();
    }

    @Override
    public SegmentHandle handle() {
        return segment.handle();
    }

    @Override
    public void close() throws IOException {
        for (Object local : locals.values()) { // Which it would wait to see leave.
            if (local instanceof MapTable map && map.isInside() || local instanceof ListTable list && list.isInside()) {
                throw new IllegalStateException("a function that a map or list in " + segment.path()
                        + " has called closes its manager: close it when the call is over");
            }
        }
        onClose.run();
        segment.close();
    }

    @Override
    public String toString() {
        return "Manager of " + segment;
    }
}
