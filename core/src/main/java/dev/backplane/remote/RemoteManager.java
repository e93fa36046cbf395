package dev.backplane.remote;

import dev.backplane.ChannelOptions;
import dev.backplane.ConnectOptions;
import dev.backplane.ListOptions;
import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.MapOptions;
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
import dev.backplane.codec.Codecs;
import dev.backplane.codec.RecordLayout;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.connection.TlsOptions;
import dev.backplane.store.Endpoint;
import dev.backplane.store.SegmentHandle;
import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;

/// A [Manager] of objects that another process serves, over the protocol of Python's managers.
///
/// | | a [ManagerServer] with a manager | a `SyncManager` of Python |
/// |---|---|---|
/// | names | those of the manager | of this manager only |
/// | elements | bytes of the codec | the same |
/// | a client's end | abandons locks, gives back permits, tasks | leaves locks locked |
/// | not there | memory as such, handles | that, and (1) |
///
/// With a server of this library, JVMs of its host, other clients and Python's programs mean the same objects
/// by the same name; the server need not know the classes of elements. With one of Python, from 3.8 on, an
/// object is made when it is first asked for, and nobody else knows it; but a name may be said to mean one of
/// the server's registered types, see [ConnectOptions#registered], whose elements are values of Python's.
/// (1): channels, topics, structs, read-write locks, owners of locks and what is known of their death,
/// initialisers (`once`), and looking into queues.
///
/// **Threads.** Each thread has a connection of its own, as the server's locks belong to one. When it ends,
/// its connection does, and what it held is abandoned: its next owner, local or remote, is told by the
/// [OwnerDeath] of its lock, as after the death of a process.
///
/// **Channels and topics.** A thread's connection has its ends of channels. A message stays in its channel until
/// its handler has returned here: if the connection ends before, it is delivered again, to whoever receives next. A
/// handler gets a copy; a claim is written in memory of this process and sent by `commit`. Of a channel with many
/// senders, the server's process is the sender that [SharedChannel#hasSender] tells of. Subscriptions of topics are
/// the server's for this process, and end with the connection that stands for it.
///
/// **Waiting.** Waits are calls that keep the server waiting for 50 ms at most, again and again: an interrupt
/// is noticed within that time, and loses nothing. A wait costs twenty small messages a second. One on a condition has
/// the lock again before its call is over, however long that takes.
///
/// **Lost connections.** Calls under way end with a [dev.backplane.ConnectionLostException], and are not made
/// again. The next call of a thread connects anew; locks that it held are abandoned, and unlocking one says
/// so. If the server was started anew, named objects are opened again.
///
/// **Atomicity.** Every method is, as for objects in memory, but for those of a `subList` that change several
/// elements or take them out: they do so one by one. Functions given to [SharedMap#compute], [SharedList#update]
/// and so on are called by compare-and-set, perhaps more than once. On a server of Python
/// whose objects nobody else knows, several calls are made as one by this JVM's threads; of a registered
/// object such methods throw [UnsupportedOperationException].
///
/// **Memory consistency.** What happens before a call happens-before what follows a later call, from
/// whichever client, that the server carried out after it.
///
/// **Cost.** Each call is a message and its answer: over a socket of this host some tens of microseconds.
///
/// What only memory can do throws [UnsupportedOperationException]. Objects cannot be serialized: other
/// processes ask by name. Closing gives back what this process holds. Thread-safe.
public final class RemoteManager implements Manager {
    private static final Cleaner CLEANER = Cleaner.create();
    /// A value takes one at most.
    private static final int PARTS_OF_A_TOPIC = 8;

    private final RemoteLinks links;
    private final RemoteServer server;
    private final RemoteSession session;
    private final Cleaner.Cleanable cleanable;
    private final RemoteObjects objects;
    private final RemoteAttach attaching;

    private RemoteManager(RemoteLinks links, RemoteServer server, SerializationPolicy policy) {
        this.links = links;
        this.server = server;
        this.objects = new RemoteObjects(this, links, server);
        this.attaching = new RemoteAttach(this, objects, policy);
        this.session = new RemoteSession(server);
        this.cleanable = CLEANER.register(this, session);
    }

    /// Connects to a server.
    ///
    /// @param uri `tcp://host:port`, `tcp://[v6]:port`, `unix:/path`, `unix:@name`
    /// @param options key, limits and times
    /// @return the manager
    /// @throws IOException if nobody serves there, or the key is another
    /// @throws IllegalArgumentException if names are said to be registered, and the server is one of this
    ///     library with a manager
    /// @throws InterruptedException if interrupted
    public static RemoteManager connect(String uri, ConnectOptions options) throws IOException, InterruptedException {
        return connect(uri, options, ConnectionOptions.defaults());
    }

    /// Connects to a server by connections whose TLS names another host, say.
    ///
    /// @param uri `tcp://host:port`, `tcp://[v6]:port`, `unix:/path`, `unix:@name`
    /// @param options key, limits and times
    /// @param connections whatever those do not say
    /// @return the manager
    /// @throws IOException if nobody serves there, or the key is another
    /// @throws IllegalArgumentException if names are said to be registered, and the server is one of this
    ///     library with a manager
    /// @throws InterruptedException if interrupted
    public static RemoteManager connect(String uri, ConnectOptions options, ConnectionOptions connections)
            throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        final SSLContext tls = options.tls();
        final ConnectionOptions connecting = (tls == null ? connections : connections.tls(TlsOptions.of(tls)))
                .authkey(options.key())
                .handshakeTimeout(options.connectTimeout())
                .interruptGrace(options.callTimeout())
                .unacknowledgedTimeout(longer(options.callTimeout(), StreamSocket.HOST_VANISHED))
                .maxFrameBytes(options.maxFrameBytes())
                .allowMd5(options.isMd5Allowed())
                .waiting(options.waiting());
        final RemoteLinks links = new RemoteLinks(Endpoint.parse(uri), connecting, options);
        final JvmServer jvm = JvmServer.of(links);
        if (jvm != null && !options.typeIds().isEmpty()) {
            jvm.close();
            throw new IllegalArgumentException("the server at " + uri + " is one of this library with a manager, whose"
                    + " objects have their own names: ask for them by those, and leave registered("
                    + String.join(", ", options.typeIds().keySet()) + ") to servers of Python");
        }
        return new RemoteManager(
                links, jvm != null ? jvm : new PythonServer(links, options.typeIds()), options.policy());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    @Override
    public SharedLong longValue(String name) throws IOException {
        return new RemoteNumbers.OfLong(objects.target("long", name));
    }

    @Override
    public SharedDouble doubleValue(String name) throws IOException {
        return new RemoteNumbers.OfDouble(objects.target("double", name));
    }

    @Override
    public SharedBoolean booleanValue(String name) throws IOException {
        return new RemoteNumbers.OfBoolean(objects.target("boolean", name));
    }

    private Object array(ArrayType type, String name, long length) throws IOException {
        if (length < 1) {
            throw new IllegalArgumentException("length of " + name + " is " + length + ", must be at least 1");
        }
        return RemoteArray.of(objects.target("array", name, type.code(), length), type, length);
    }

    @Override
    public SharedByteArray byteArray(String name, long length) throws IOException {
        return (SharedByteArray) array(ArrayType.BYTE, name, length);
    }

    @Override
    public SharedIntArray intArray(String name, long length) throws IOException {
        return (SharedIntArray) array(ArrayType.INT, name, length);
    }

    @Override
    public SharedLongArray longArray(String name, long length) throws IOException {
        return (SharedLongArray) array(ArrayType.LONG, name, length);
    }

    @Override
    public SharedFloatArray floatArray(String name, long length) throws IOException {
        return (SharedFloatArray) array(ArrayType.FLOAT, name, length);
    }

    @Override
    public SharedDoubleArray doubleArray(String name, long length) throws IOException {
        return (SharedDoubleArray) array(ArrayType.DOUBLE, name, length);
    }

    @Override
    public SharedLock lock(String name, LockOptions options) throws IOException {
        final RemoteOpened opened = objects.open("lock", name, options.fair());
        final RemoteLock[] self = new RemoteLock[1];
        self[0] = new RemoteLock(opened.target(), opened.holds(), options.ownerDeath(), options.fair(), () -> {
            try {
                return condition("condition-" + UUID.randomUUID(), self[0]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return self[0];
    }

    @Override
    public SharedReadWriteLock readWriteLock(String name, OwnerDeath ownerDeath) throws IOException {
        final RemoteOpened opened = objects.open("readWriteLock", name);
        return new RemoteReadWriteLock(opened.target(), opened.reads(), opened.holds(), ownerDeath);
    }

    @Override
    public SharedBarrier barrier(String name, int parties) throws IOException {
        return new RemoteSignals.Barrier(objects.target("barrier", name, parties));
    }

    /// Not possible: the last to arrive may be a thread of another process.
    @Override
    public SharedBarrier barrier(String name, int parties, Runnable action) {
        throw new UnsupportedOperationException("a barrier over a connection has no action: use the method without");
    }

    @Override
    public SharedCondition condition(String name, SharedLock lock) throws IOException {
        if (!(lock instanceof RemoteLock own) || own.target().links() != links) {
            throw new IllegalArgumentException(
                    "condition " + name + " must be of a lock of the same manager, not of " + lock);
        }
        return new RemoteCondition(objects.condition(name, own), own);
    }

    @Override
    public SharedEvent event(String name) throws IOException {
        return new RemoteSignals.Event(objects.target("event", name));
    }

    @Override
    public SharedLatch latch(String name, int count) throws IOException {
        if (count < 0) {
            throw new IllegalArgumentException("count of " + name + " is " + count + ", must not be negative");
        }
        return new RemoteSignals.Latch(objects.target("latch", name, count));
    }

    @Override
    public SharedSemaphore semaphore(String name, SemaphoreOptions options) throws IOException {
        return new RemoteSemaphore(
                objects.target("semaphore", name, options.permits(), options.bounded(), options.anyProcess()), options);
    }

    /// Of a server of this library: the connection of a thread has the thread's ends.
    @Override
    public SharedChannel channel(String name, ChannelOptions options) throws IOException {
        return new RemoteChannel(
                objects.target("channel", name, options.manySenders(), options.capacityBytes()), options);
    }

    @Override
    public <E> SharedTopic<E> topic(String name, Class<E> type, int capacityBytes) throws IOException {
        return topic(name, Codecs.of(type), capacityBytes);
    }

    /// Of a server of this library, which has the subscriptions.
    @Override
    public <E> SharedTopic<E> topic(String name, Codec<E> codec, int capacityBytes) throws IOException {
        final RemoteOpened opened = objects.open("topic", name, codec.name(), codec.fixedLength(), capacityBytes);
        return new RemoteTopic<>(
                opened.target(),
                opened.places(),
                RemoteElements.of(codec, false),
                capacityBytes / PARTS_OF_A_TOPIC - Long.BYTES);
    }

    /// Of a server of this library, which need not have the record's class.
    @Override
    public <R extends Record> SharedStruct<R> struct(String name, Class<R> type) throws IOException {
        return struct(name, RecordLayout.of(type));
    }

    /// A struct whose record's class need not be here either.
    <R> SharedStruct<R> struct(String name, RecordLayout<R> layout) throws IOException {
        return new RemoteStruct<>(objects.target("struct", name, JvmStruct.components(layout)), layout);
    }

    /// Of a server of this library: the initialiser runs in this process. If its connection is lost meanwhile,
    /// the next to ask runs its own.
    @Override
    public SharedOnce once(String name) throws IOException {
        final RemoteOpened opened = objects.open("once", name);
        return new RemoteOnce(opened.target(), opened.holds());
    }

    @Override
    public <E> SharedValue<E> value(String name, Class<E> type, int maxBytes) throws IOException {
        return value(name, Codecs.of(type), maxBytes);
    }

    @Override
    public <E> SharedValue<E> value(String name, Codec<E> codec, int maxBytes) throws IOException {
        return new RemoteValue<>(
                objects.target("value", name, codec.name(), codec.fixedLength(), maxBytes),
                RemoteElements.of(codec, server.isPythons(name)),
                maxBytes);
    }

    @Override
    public <E> SharedQueue<E> queue(String name, QueueOptions<E> options) throws IOException {
        final Codec<E> codec = options.codec();
        return new RemoteQueue<>(
                objects.target(
                        "queue",
                        name,
                        codec.name(),
                        codec.fixedLength(),
                        options.capacity(),
                        options.slotBytes(),
                        options.joinable()),
                RemoteElements.of(codec, server.isPythons(name)),
                options.capacity());
    }

    @Override
    public <K, V> SharedMap<K, V> map(String name, Codec<K> keyCodec, Codec<V> valueCodec, MapOptions options)
            throws IOException {
        final boolean pythons = server.isPythons(name);
        return new RemoteMap<>(
                objects.target(
                        "map",
                        name,
                        keyCodec.name(),
                        keyCodec.fixedLength(),
                        valueCodec.name(),
                        valueCodec.fixedLength(),
                        options.maxEntries(),
                        options.maxKeyBytes(),
                        options.maxValueBytes()),
                RemoteElements.of(keyCodec, pythons),
                RemoteElements.of(valueCodec, pythons),
                options);
    }

    @Override
    public <E> SharedList<E> list(String name, Codec<E> codec, ListOptions options) throws IOException {
        return new RemoteList<>(
                objects.target(
                        "list",
                        name,
                        codec.name(),
                        codec.fixedLength(),
                        options.maxElements(),
                        options.maxElementBytes()),
                RemoteElements.of(codec, server.isPythons(name)),
                options);
    }

    /// Attaches an object that exists, of a server of this library, as the method for its type would.
    ///
    /// The server says what it is; of queues, maps, lists and values also by which codec its elements are
    /// written. One that its name suffices to find is taken: of primitives, strings and byte arrays, the tagged
    /// form, and of those records and enums that [ConnectOptions#policy] allows. A struct's records are maps, a
    /// topic's values what the codec of `Object` reads. If somebody removes the object just then, it may be made
    /// anew.
    ///
    /// @throws dev.backplane.codec.ClassRefusedException if the class of its elements is not allowed, or not
    ///     here, or here in another version
    /// @throws UnsupportedOperationException if its codec cannot be found by its name
    /// @throws dev.backplane.RemoteCallException if the server describes what there cannot be
    @Override
    public SharedObject attach(String name) throws IOException {
        return attaching.attach(name, server.describe(name));
    }

    @Override
    public boolean remove(String name) throws IOException {
        return objects.remove(name);
    }

    @Override
    public List<String> names() {
        return objects.names();
    }

    /// This manager itself: how threads wait for answers is chosen by [ConnectOptions#waiting].
    @Override
    public Manager waiting(Waiting how) {
        return this;
    }

    /// Not possible: the objects are not in a segment of this process.
    @Override
    public SegmentHandle handle() {
        throw new UnsupportedOperationException(
                this + " has no handle: other processes connect to the server themselves");
    }

    /// Gives back what this process holds, as far as the server can be reached within the time for connecting.
    @Override
    public void close() {
        session.awaitLeaving();
        cleanable.clean();
    }

    @Override
    public String toString() {
        return "RemoteManager of " + links.endpoint();
    }
}
