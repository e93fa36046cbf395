package dev.backplane;

import dev.backplane.codec.Codec;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// A bounded queue that processes share: a [BlockingQueue] with many producers and many consumers, first in,
/// first out.
///
/// An element is copied into the segment when it is put, and a new one is made of the bytes when it is taken.
/// It must not be null. Elements longer than a slot go into files beside the segment, one each, which their
/// consumers delete.
///
/// **Capacity.** Exact. The place of an element that is being taken, or handled by [#receive], is free when
/// that is over. An element removed from the middle leaves a place that is free when all before it are taken,
/// and one that was given back keeps its place, which those after it do not pass: [#remainingCapacity] counts
/// what can really be put, when what is being taken is.
///
/// **Order.** Elements are taken in the order in which their places were claimed, which for each thread is that
/// in which it put them. An element that is given back, since its consumer died or its handler threw, is
/// delivered next, out of its turn; of several, the one that was put first.
///
/// **Fairness.** None: an arriving thread may be served before one that waits.
///
/// **Interruption.** Blocking methods notice an interrupt within 50 ms, clear the status and throw.
///
/// **Process death.** A process killed while it puts an element has put it, or has not. One killed while it
/// takes an element has taken it, which it then dies with, or it goes back and others get it: at once where one
/// waits for it, at the latest when somebody sweeps, within 200 ms where anybody waits. [#take] and its like
/// deliver an element at most once; [#receive] and [#drain] at least once, since one is gone only when its
/// handler has returned. Nothing is ever delivered twice to takers that return it. What a dead process had
/// taken from a joinable queue counts as done.
///
/// **Linearizability.** An element is in the queue from the instant at which its copy is made, or another producer
/// claims the place after it, if that is sooner, and out of it when it is claimed by a taker; who comes in
/// between waits until the copy is made. Where a process is stopped, not dead, while it copies, [#poll()], [#peek]
/// and [#offer] wait no longer than 50 ms and then find the queue empty, or full. [#offer] finds it full without
/// waiting where the next place is that of an element which a handler has.
///
/// **Closing.** An attachment that is closed gives back what its threads have not finished; it waits for them a
/// second. A [Filler] or [Handler] that goes on for longer must leave the memory alone, which may be another
/// element's by then.
///
/// **Memory consistency.** Actions before an element is put happen-before actions after it is taken, in any
/// process.
///
/// **Cost.** Two compare-and-sets to put, two to take, no system call unless somebody sleeps on the other side,
/// and no allocation where elements are records in a [dev.backplane.codec.FixedRecordCodec], but the record
/// itself, or pass through [#longs], [#doubles], [#publish], [#receive]. [#size] is cheap; [#iterator],
/// [#contains] and [#remove(Object)] read every element, in the order in which they would be taken.
/// Who finds a queue of 256 places or more empty, after a stream of elements each of which came at once after the
/// one before, looks away for up to three microseconds, so that several come.
///
/// **Errors.** Whatever puts throws [dev.backplane.codec.CodecException] for an element that the codec cannot
/// write, or would refuse to read, with its class, and [dev.backplane.store.SegmentException] where a file
/// for a long one cannot be written; the queue is as it was then. Whatever takes throws the same for one that
/// cannot be read. If its bytes are damaged, or its file is gone, that element is lost then, and the queue
/// goes on. If only this process cannot read it, which refuses or lacks its class
/// or has tighter limits ([dev.backplane.codec.ValueRefusedException]), it goes back and is delivered next, to whoever
/// asks next:
/// another process may know it. Where none does, [#receive(Handler)] gets past it, since it reads no more
/// than bytes. All throw [IllegalStateException] once the manager is closed.
///
/// @param <E> the type of the elements
public interface SharedQueue<E> extends BlockingQueue<E>, SharedObject {
    /// Reads elements where they are.
    @FunctionalInterface
    interface Handler {
        /// Handles one element. What it throws is thrown on, and the element goes back to the queue.
        ///
        /// @param memory read-only; only the element's bytes in it are the handler's business
        /// @param offset of the element's first byte
        /// @param length in bytes
        void handle(MemorySegment memory, long offset, long length);
    }

    /// Writes elements where they will be read.
    @FunctionalInterface
    interface Filler {
        /// Writes one element. What it throws is thrown on, and nothing is put.
        ///
        /// @param memory only the element's bytes in it are the filler's business; they hold anything at first
        /// @param offset of the element's first byte
        /// @param length in bytes
        void fill(MemorySegment memory, long offset, long length);
    }

    /// A queue of 64-bit integers without boxes.
    interface Longs {
        /// Puts a value if there is room.
        ///
        /// @param value the value
        /// @return whether there was
        /// @throws QueueShutDownException if the queue is shut down
        boolean offer(long value);

        /// Puts a value, waiting for room.
        ///
        /// @param value the value
        /// @throws InterruptedException if interrupted
        /// @throws QueueShutDownException if the queue is shut down
        void put(long value) throws InterruptedException;

        /// Takes a value if there is one.
        ///
        /// @param ifEmpty what is returned if there is none
        /// @return a value, or `ifEmpty`
        long poll(long ifEmpty);

        /// Takes a value, waiting for one.
        ///
        /// @return the value
        /// @throws InterruptedException if interrupted
        /// @throws QueueShutDownException at the end of a queue that was shut down
        long take() throws InterruptedException;
    }

    /// A queue of 64-bit floating-point numbers without boxes.
    interface Doubles {
        /// Puts a value if there is room.
        ///
        /// @param value the value
        /// @return whether there was
        /// @throws QueueShutDownException if the queue is shut down
        boolean offer(double value);

        /// Puts a value, waiting for room.
        ///
        /// @param value the value
        /// @throws InterruptedException if interrupted
        /// @throws QueueShutDownException if the queue is shut down
        void put(double value) throws InterruptedException;

        /// Takes a value if there is one.
        ///
        /// @param ifEmpty what is returned if there is none
        /// @return a value, or `ifEmpty`
        double poll(double ifEmpty);

        /// Takes a value, waiting for one.
        ///
        /// @return the value
        /// @throws InterruptedException if interrupted
        /// @throws QueueShutDownException at the end of a queue that was shut down
        double take() throws InterruptedException;
    }

    /// Puts an element if there is room.
    ///
    /// @param element not null
    /// @return whether there was
    /// @throws QueueShutDownException if the queue is shut down
    @Override
    boolean offer(E element);

    /// Takes the next element.
    ///
    /// @return the element
    /// @throws InterruptedException if interrupted
    /// @throws QueueShutDownException at the end of a queue that was shut down
    @Override
    E take() throws InterruptedException;

    /// Puts elements as long as there is room.
    ///
    /// @param elements none of them null
    /// @return how many were put: the first so many of `elements`
    /// @throws QueueShutDownException if the queue is shut down; those before are put
    default int offerAll(Collection<? extends E> elements) {
        int count = 0;
        for (E element : elements) {
            if (!offer(element)) {
                break;
            }
            count++;
        }
        return count;
    }

    /// Puts an element of which only the bytes are known, if there is room. They must be such that the codec of
    /// those who take it can read them.
    ///
    /// @param length in bytes, 0 or more; one longer than a slot is filled elsewhere and goes into a file
    /// @param filler writes them, in place; it should be quick, since consumers wait for it
    /// @return whether there was
    /// @throws QueueShutDownException if the queue is shut down
    boolean publish(long length, Filler filler);

    /// [#publish], waiting for room.
    ///
    /// @param length in bytes, 0 or more
    /// @param filler writes them
    /// @param timeout the longest wait for room; zero or less does not wait
    /// @param unit of `timeout`
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    /// @throws QueueShutDownException if the queue is shut down
    boolean publish(long length, Filler filler, long timeout, TimeUnit unit) throws InterruptedException;

    /// Hands the next element's bytes to a handler, in place. The element is taken when the handler returns; if
    /// it throws, or its process dies, the element goes back and is delivered again. In a joinable queue it is
    /// done then, too.
    ///
    /// @param handler reads the bytes
    /// @return false if there was no element
    default boolean receive(Handler handler) {
        return drain(handler, 1) > 0;
    }

    /// [#receive(Handler)], waiting for an element.
    ///
    /// @param handler reads the bytes
    /// @param timeout the longest wait for an element; zero or less does not wait
    /// @param unit of `timeout`
    /// @return false if the time was up first, or the queue is at its end
    /// @throws InterruptedException if interrupted
    boolean receive(Handler handler, long timeout, TimeUnit unit) throws InterruptedException;

    /// Hands elements that are there to a handler, one after the other, each as [#receive(Handler)] does.
    ///
    /// @param handler reads the bytes of each
    /// @param most how many at most, 0 or more
    /// @return how many there were
    int drain(Handler handler, int most);

    /// The queue without boxes, if its codec is that of `Long`.
    ///
    /// @return a view of this queue
    /// @throws IllegalStateException if its codec is another one
    Longs longs();

    /// The queue without boxes, if its codec is that of `Double`.
    ///
    /// @return a view of this queue
    /// @throws IllegalStateException if its codec is another one
    Doubles doubles();

    /// Ends the queue for producers, in all processes and for ever: whatever puts throws
    /// [QueueShutDownException] from now on, those who wait for room included. Consumers get what is there;
    /// after the last element [#take] throws it too, and [#poll()], [#poll(long, TimeUnit)] and
    /// [#receive(Handler)] return at once with nothing. As `shutdown()` of Python's queues.
    void shutdown();

    /// Whether [#shutdown] was called, in any process.
    ///
    /// @return true from then on
    boolean isShutdown();

    /// Says that an element that a thread of this process took from this joinable queue is done.
    ///
    /// @throws IllegalStateException if all that this process took are done already; a thread of it that is just
    ///     taking another may hide that, so it is no more than a help to find errors
    /// @throws UnsupportedOperationException if the queue is not joinable
    void taskDone();

    /// Waits until the queue is empty and every element that was taken from it is done. Those that were taken
    /// by processes that have died count as done, those that such a process was taking, or handling, are back
    /// in the queue.
    ///
    /// @throws InterruptedException if interrupted
    /// @throws UnsupportedOperationException if the queue is not joinable
    void join() throws InterruptedException;

    /// [#join] within a time.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @param unit of `timeout`
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted
    /// @throws UnsupportedOperationException if the queue is not joinable
    boolean join(long timeout, TimeUnit unit) throws InterruptedException;

    /// The most elements that the queue holds.
    ///
    /// @return at least 1
    int capacity();

    /// How the elements are written.
    ///
    /// @return the codec that this object was obtained with, or found by its name
    Codec<E> codec();
}
