package dev.backplane;

import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentHandle;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Hands out named shared objects.
///
/// Each method named after a type attaches the object of that name, or creates it with its initial value. Two
/// processes that ask at once get the same object. Asking again for the same name is cheap and, for locks,
/// gives the same lock: one manager is one participant, whose threads share what it owns.
///
/// **Process death.** Objects outlive every process that uses them, except in an [#anonymous] segment, which
/// ends with its last process. What a dead process held is given back as each type says.
///
/// **Errors.** Every method throws [IllegalStateException] after [#close], as that does in a function that a map
/// or list of it calls; [dev.backplane.store.SegmentException] if the name belongs to an object of another type or
/// length, or the segment is full; [IllegalArgumentException] for a name that is empty, longer than 160 bytes, or has
/// a `/`; and [IOException] if the file system has no room for the object, which then does not exist. Thread-safe.
public interface Manager extends AutoCloseable {
    /// Opens, or creates, the segment of that name in the user's own directory in shared memory.
    ///
    /// @param name 1 to 200 bytes of UTF-8, without `/`
    /// @return a manager of this process's own attachment
    /// @throws IOException if the segment cannot be opened or created
    static Manager open(String name) throws IOException {
        return open(Segment.pathOf(name));
    }

    /// Opens, or creates, the segment at a path.
    ///
    /// @param path where the segment is
    /// @return a manager of this process's own attachment
    /// @throws IOException if the segment cannot be opened or created
    static Manager open(Path path) throws IOException {
        return open(path, SegmentOptions.defaults());
    }

    /// Opens the segment at a path, or creates it with the given size and limits.
    ///
    /// @param path where the segment is
    /// @param options size and limits, should it be created
    /// @return a manager of this process's own attachment
    /// @throws IOException if the segment cannot be opened or created
    static Manager open(Path path, SegmentOptions options) throws IOException {
        return ManagerProvider.local().open(path, options);
    }

    /// Creates a segment without a name, reached by handles only; it vanishes with its last process.
    ///
    /// @param label what it is called in /proc
    /// @param options size and limits
    /// @return a manager of this process's own attachment
    /// @throws IOException if the system refuses
    static Manager anonymous(String label, SegmentOptions options) throws IOException {
        return ManagerProvider.local().anonymous(label, options);
    }

    /// [#connect(String, ConnectOptions)] with the defaults.
    ///
    /// @param uri `tcp://host:port`, `unix:/path`, `unix:@name`
    /// @param authkey that of the server
    /// @return a manager of the server's objects
    /// @throws IOException if nobody serves there, or the key is another
    /// @throws InterruptedException if interrupted
    static Manager connect(String uri, byte[] authkey) throws IOException, InterruptedException {
        return connect(uri, ConnectOptions.authkey(authkey));
    }

    /// Connects to a server, of this library or of Python: see [dev.backplane.remote.RemoteManager].
    ///
    /// @param uri `tcp://host:port`, `unix:/path`, `unix:@name`
    /// @param options key, limits and times
    /// @return a manager of the server's objects
    /// @throws IOException if nobody serves there, or the key is another
    /// @throws InterruptedException if interrupted
    static Manager connect(String uri, ConnectOptions options) throws IOException, InterruptedException {
        return RemoteManagerProvider.provider().connect(uri, options);
    }

    /// A 64-bit integer, initially 0.
    ///
    /// @param name the object's name
    /// @return the object
    /// @throws IOException see above
    SharedLong longValue(String name) throws IOException;

    /// A 64-bit floating-point number, initially 0.
    ///
    /// @param name the object's name
    /// @return the object
    /// @throws IOException see above
    SharedDouble doubleValue(String name) throws IOException;

    /// A truth value, initially false.
    ///
    /// @param name the object's name
    /// @return the object
    /// @throws IOException see above
    SharedBoolean booleanValue(String name) throws IOException;

    /// An array of bytes, initially zeros.
    ///
    /// @param name the object's name
    /// @param length the number of elements, at least 1
    /// @return the object
    /// @throws IOException see above
    SharedByteArray byteArray(String name, long length) throws IOException;

    /// An array of 32-bit integers, initially zeros.
    ///
    /// @param name the object's name
    /// @param length the number of elements, at least 1
    /// @return the object
    /// @throws IOException see above
    SharedIntArray intArray(String name, long length) throws IOException;

    /// An array of 64-bit integers, initially zeros.
    ///
    /// @param name the object's name
    /// @param length the number of elements, at least 1
    /// @return the object
    /// @throws IOException see above
    SharedLongArray longArray(String name, long length) throws IOException;

    /// An array of 32-bit floating-point numbers, initially zeros.
    ///
    /// @param name the object's name
    /// @param length the number of elements, at least 1
    /// @return the object
    /// @throws IOException see above
    SharedFloatArray floatArray(String name, long length) throws IOException;

    /// An array of 64-bit floating-point numbers, initially zeros.
    ///
    /// @param name the object's name
    /// @param length the number of elements, at least 1
    /// @return the object
    /// @throws IOException see above
    SharedDoubleArray doubleArray(String name, long length) throws IOException;

    /// A lock that throws [OwnerDiedException] after its owner's death until someone recovers it.
    ///
    /// @param name the object's name
    /// @return the object
    /// @throws IOException see above
    default SharedLock lock(String name) throws IOException {
        return lock(name, OwnerDeath.refuse());
    }

    /// A lock.
    ///
    /// @param name the object's name
    /// @param ownerDeath what this process does when it acquires the lock after its owner's death
    /// @return the object
    /// @throws IOException see above
    default SharedLock lock(String name, OwnerDeath ownerDeath) throws IOException {
        return lock(name, LockOptions.defaults().onOwnerDeath(ownerDeath));
    }

    /// A lock, fair or not.
    ///
    /// @param name the object's name
    /// @param options its kind, and what this process does with it
    /// @return the object
    /// @throws IOException see above
    SharedLock lock(String name, LockOptions options) throws IOException;

    /// A read-write lock that throws [OwnerDiedException] after a writer's death until someone recovers it.
    ///
    /// @param name the object's name
    /// @return the object
    /// @throws IOException see above
    default SharedReadWriteLock readWriteLock(String name) throws IOException {
        return readWriteLock(name, OwnerDeath.refuse());
    }

    /// A read-write lock.
    ///
    /// @param name the object's name
    /// @param ownerDeath what this process does when it acquires the lock after a writer's death
    /// @return the object
    /// @throws IOException see above
    SharedReadWriteLock readWriteLock(String name, OwnerDeath ownerDeath) throws IOException;

    /// A barrier without an action.
    ///
    /// @param name the object's name
    /// @param parties how many it takes, 1 to 65535; every process must give the same
    /// @return the object
    /// @throws IOException see above
    default SharedBarrier barrier(String name, int parties) throws IOException {
        return barrier(name, parties, () -> {});
    }

    /// A barrier.
    ///
    /// @param name the object's name
    /// @param parties how many it takes, 1 to 65535; every process must give the same
    /// @param action what a thread of this process runs when it is the last to arrive
    /// @return the object
    /// @throws IOException see above
    SharedBarrier barrier(String name, int parties, Runnable action) throws IOException;

    /// A condition of a lock.
    ///
    /// @param name the object's name
    /// @param lock from this manager; every process must give the same
    /// @return the object
    /// @throws IOException see above
    SharedCondition condition(String name, SharedLock lock) throws IOException;

    /// A flag to wait for, initially not set.
    ///
    /// @param name the object's name
    /// @return the object
    /// @throws IOException see above
    SharedEvent event(String name) throws IOException;

    /// A count to wait for.
    ///
    /// @param name the object's name
    /// @param count where it begins, 0 or more; every process must give the same
    /// @return the object
    /// @throws IOException see above
    SharedLatch latch(String name, int count) throws IOException;

    /// A semaphore like [java.util.concurrent.Semaphore]: unbounded, and anybody may release.
    ///
    /// @param name the object's name
    /// @param permits how many there are at first, 0 or more; every process must give the same
    /// @return the object
    /// @throws IOException see above
    default SharedSemaphore semaphore(String name, int permits) throws IOException {
        return semaphore(name, SemaphoreOptions.permits(permits));
    }

    /// A semaphore.
    ///
    /// @param name the object's name
    /// @param options what kind; every process must give the same
    /// @return the object
    /// @throws IOException see above
    SharedSemaphore semaphore(String name, SemaphoreOptions options) throws IOException;

    /// A channel of messages to one receiver.
    ///
    /// @param name the object's name
    /// @param options what kind; every process must give the same
    /// @return the object
    /// @throws IOException see above
    SharedChannel channel(String name, ChannelOptions options) throws IOException;

    /// A topic, whose values go to all who subscribe.
    ///
    /// @param name the object's name
    /// @param type the class of the values, which are written by its codec
    /// @param capacityBytes how much is kept for slow subscribers: a power of two; every process must give
    ///     the same. A value takes its length and 16 bytes, rounded up to 8
    /// @param <E> the type of the values
    /// @return the object
    /// @throws IOException see above
    <E> SharedTopic<E> topic(String name, Class<E> type, int capacityBytes) throws IOException;

    /// A topic, whose values are written by a codec of the application's own.
    ///
    /// @param name the object's name
    /// @param codec of the values; every process must give one of the same name
    /// @param capacityBytes how much is kept: a power of two; every process must give the same
    /// @param <E> the type of the values
    /// @return the object, which cannot be serialized
    /// @throws IOException see above
    <E> SharedTopic<E> topic(String name, Codec<E> codec, int capacityBytes) throws IOException;

    /// A value of any type that has a codec, initially absent.
    ///
    /// @param name the object's name
    /// @param type the class of the value, which is written by its codec
    /// @param maxBytes the most that a value may take, at least 1; every process must give the same
    /// @param <E> the type of the value
    /// @return the object
    /// @throws IOException see above
    <E> SharedValue<E> value(String name, Class<E> type, int maxBytes) throws IOException;

    /// A value that is written by a codec of the application's own, initially absent.
    ///
    /// @param name the object's name
    /// @param codec of the value; every process must give one of the same name
    /// @param maxBytes the most that a value may take, at least 1; every process must give the same
    /// @param <E> the type of the value
    /// @return the object, which cannot be serialized
    /// @throws IOException see above
    <E> SharedValue<E> value(String name, Codec<E> codec, int maxBytes) throws IOException;

    /// A record of primitives, initially all zeros.
    ///
    /// @param name the object's name
    /// @param type the record's class; every process must give one with the same components
    /// @param <R> the record
    /// @return the object
    /// @throws IOException see above
    /// @throws dev.backplane.codec.CodecException if a component is not primitive
    <R extends Record> SharedStruct<R> struct(String name, Class<R> type) throws IOException;
    /// A queue of whatever the tagged form can write, see [QueueOptions#capacity].
    ///
    /// @param name the object's name
    /// @param capacity the most elements that it holds, at least 1; every process must give the same
    /// @param <E> the type of the elements
    /// @return the object
    /// @throws IOException see above
    default <E> SharedQueue<E> queue(String name, int capacity) throws IOException {
        return queue(name, QueueOptions.capacity(capacity));
    }

    /// A queue.
    ///
    /// @param name the object's name
    /// @param options what kind; every process must give the same, and a codec of the same name
    /// @param <E> the type of the elements
    /// @return the object
    /// @throws IOException see above
    <E> SharedQueue<E> queue(String name, QueueOptions<E> options) throws IOException;

    /// An initialiser that runs once.
    ///
    /// @param name the object's name
    /// @return the object
    /// @throws IOException see above
    SharedOnce once(String name) throws IOException;

    /// A map whose keys and values are written by the codecs of their classes, with default limits for their
    /// bytes.
    ///
    /// @param name the object's name
    /// @param keys the class of the keys
    /// @param values the class of the values
    /// @param maxEntries how many entries there may be; every process must give the same
    /// @param <K> the type of the keys
    /// @param <V> the type of the values
    /// @return the object
    /// @throws IOException see above
    default <K, V> SharedMap<K, V> map(String name, Class<K> keys, Class<V> values, int maxEntries) throws IOException {
        return map(name, Codecs.of(keys), Codecs.of(values), MapOptions.entries(maxEntries));
    }

    /// A map.
    ///
    /// @param name the object's name
    /// @param keyCodec writes the keys; every process must give one of the same name
    /// @param valueCodec writes the values; every process must give one of the same name
    /// @param options how large; every process must give the same
    /// @param <K> the type of the keys
    /// @param <V> the type of the values
    /// @return the object
    /// @throws IOException see above
    <K, V> SharedMap<K, V> map(String name, Codec<K> keyCodec, Codec<V> valueCodec, MapOptions options)
            throws IOException;

    /// A list whose elements are written by the codec of their class, with the default limit for their bytes.
    ///
    /// @param name the object's name
    /// @param type the class of the elements
    /// @param maxElements how many elements there may be; every process must give the same
    /// @param <E> the type of the elements
    /// @return the object
    /// @throws IOException see above
    default <E> SharedList<E> list(String name, Class<E> type, int maxElements) throws IOException {
        return list(name, Codecs.of(type), ListOptions.elements(maxElements));
    }

    /// A list.
    ///
    /// @param name the object's name
    /// @param codec writes the elements; every process must give one of the same name
    /// @param options how large; every process must give the same
    /// @param <E> the type of the elements
    /// @return the object
    /// @throws IOException see above
    <E> SharedList<E> list(String name, Codec<E> codec, ListOptions options) throws IOException;

    /// Attaches an object that exists, of whatever type it is.
    ///
    /// @param name the object's name
    /// @return the object: one of the Shared types of this package
    /// @throws IOException see above
    /// @throws java.util.NoSuchElementException if there is none of that name
    SharedObject attach(String name) throws IOException;

    /// Removes an object's name at once, and its memory when the last process that has it has closed or ended.
    ///
    /// @param name the object's name
    /// @return whether there was one
    /// @throws IOException see above
    boolean remove(String name) throws IOException;

    /// The names of all objects.
    ///
    /// @return a snapshot, in no particular order
    List<String> names();

    /// This manager with another way of waiting for locks, semaphores and all else that is obtained from what is
    /// returned, which is closed together with this one. Others may wait for the same object in another way.
    ///
    /// @param how spinning, sleeping, or both; [Waiting#byDefault] unless chosen
    /// @return a view of this manager
    Manager waiting(Waiting how);

    /// How other processes find this manager's segment.
    ///
    /// @return a small serializable value
    SegmentHandle handle();

    /// Leaves: what this process holds of the objects is given back as if it had died, without waiting for
    /// anybody to notice, and all calls on objects of this manager are refused. The objects stay for others.
    ///
    /// @throws IOException if the segment's file fails; the manager is closed in any case
    @Override
    void close() throws IOException;
}
