package dev.backplane;

import dev.backplane.codec.RecordLayout;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Who makes managers: found by [ServiceLoader], so that this package, which users import, depends on no
/// implementation.
public interface ManagerProvider {
    /// Opens or creates the segment at a path.
    ///
    /// @param path where the segment is
    /// @param options size and limits, should it be created
    /// @return a manager of this process's own attachment
    /// @throws IOException if the segment cannot be opened or created
    Manager open(Path path, SegmentOptions options) throws IOException;

    /// Creates a segment without a name.
    ///
    /// @param label what it is called in /proc
    /// @param options size and limits
    /// @return a manager of this process's own attachment
    /// @throws IOException if the system refuses
    Manager anonymous(String label, SegmentOptions options) throws IOException;

    /// Attaches an anonymous segment by a descriptor that another process has sent.
    ///
    /// @param descriptor as [dev.backplane.store.StreamSocket#receiveDescriptor] got it; is closed in any case
    /// @param options of the attachment
    /// @return its objects
    /// @throws UnsupportedOperationException where segments have no descriptors that can be sent
    /// @throws IOException if it is no segment
    Manager ofDescriptor(int descriptor, SegmentOptions options) throws IOException;

    /// A new descriptor of a manager's segment.
    ///
    /// @param manager of this provider
    /// @return a descriptor that is the caller's to close; nothing if the segment has a name or is closed,
    ///     or where segments have no descriptors that can be sent
    /// @throws IOException if this process has too many open files
    OptionalInt openDescriptor(Manager manager) throws IOException;

    /// Attaches or creates a struct by its layout: for who serves the structs of processes whose classes are
    /// not here.
    ///
    /// @param manager of this provider
    /// @param name the object's name
    /// @param layout of the record
    /// @param <R> what the layout reads and writes
    /// @return the object
    /// @throws UnsupportedOperationException if the manager is another provider's
    /// @throws IOException as for [Manager#struct]
    <R> SharedStruct<R> struct(Manager manager, String name, RecordLayout<R> layout) throws IOException;

    /// What must be said to obtain an object that exists: for who serves objects to processes elsewhere, whose
    /// classes are not here.
    ///
    /// @param manager whose object it is
    /// @param name of the object
    /// @return nothing if the object needs no codec and no options, or they were not kept, or the manager is
    ///     another provider's
    /// @throws java.util.NoSuchElementException if there is no object of that name
    /// @throws IOException as for [Manager#attach]
    Optional<ObjectTerms> terms(Manager manager, String name) throws IOException;

    /// Takes the next element of a queue, unless a check refuses it: for who passes elements on, and must not
    /// take what cannot be passed on.
    ///
    /// @param queue of this provider
    /// @param check gets the element before it is taken; if it throws, or the codec cannot read the element, that
    ///     goes back to the queue, and the exception is thrown on
    /// @param nanos the longest wait for an element; zero or less does not wait
    /// @param <E> the type of the elements
    /// @return the element; null if the time was up first, or the queue is at its end
    /// @throws UnsupportedOperationException if the queue is another provider's
    /// @throws InterruptedException if interrupted
    <E> @Nullable E poll(SharedQueue<E> queue, Consumer<? super E> check, long nanos) throws InterruptedException;

    /// Takes an element out of a list, unless a check refuses it, as [#poll] does. Nobody changes the list
    /// meanwhile.
    ///
    /// @param list of this provider
    /// @param position of the element in a list of so many, called once; throws if there is none
    /// @param check gets the element before it is taken; if it throws, or the codec cannot read the element, that
    ///     stays where it is, and the exception is thrown on
    /// @param <E> the type of the elements
    /// @return the element
    /// @throws UnsupportedOperationException if the list is another provider's
    /// @throws IndexOutOfBoundsException if the list has no such position
    <E> E remove(SharedList<E> list, IntUnaryOperator position, Consumer<? super E> check);

    /// Takes a value out of a map, unless a check refuses it, as [#poll] does. Nobody changes the entry
    /// meanwhile.
    ///
    /// @param map of this provider
    /// @param key of the value
    /// @param check gets the value before it is taken; if it throws, or the codec cannot read the value, that stays
    ///     where it is, and the exception is thrown on
    /// @param <K> the type of the keys
    /// @param <V> the type of the values
    /// @return the value; null if there is none
    /// @throws UnsupportedOperationException if the map is another provider's
    <K, V> @Nullable V remove(SharedMap<K, V> map, K key, Consumer<? super V> check);

    /// The memory that holds two arrays: for who works on both at once, and wants to know how far they are from
    /// each other.
    ///
    /// @param one an array, or a slice of one
    /// @param other another one, or the same
    /// @return from the first byte of the array that comes first to the end of the last, with what is between,
    ///     which is others'; nothing if they are not in one attachment to one segment, or are another provider's
    /// @throws IllegalStateException if the segment is closed
    Optional<MemorySegment> span(SharedArray one, SharedArray other);

    /// Attaches the object that a handle names, through the attachment that this JVM has to its segment, or a
    /// new one that lasts as long as the JVM.
    ///
    /// @param handle of the object
    /// @return the object
    /// @throws IOException if its segment cannot be attached
    /// @throws java.util.NoSuchElementException if it was removed
    SharedObject attach(SharedHandle handle) throws IOException;

    /// The provider for segments of this host.
    ///
    /// @return always the same one
    static ManagerProvider local() {
        return Holder.LOCAL;
    }

    /// Looks the provider up at first use.
    final class Holder {
        private static final ManagerProvider LOCAL = ServiceLoader.load(
                        ManagerProvider.class, ManagerProvider.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no dev.backplane.ManagerProvider on the class path: the jar of core is incomplete"));

        private Holder() {}
    }
}
