package dev.backplane;

import dev.backplane.codec.Codec;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.UnaryOperator;

/// A list that processes share: a [List] of fixed capacity, whose elements lie in the segment as bytes.
///
/// **Elements.** Each is written and read by its codec, so what is returned is a copy: changing it changes
/// nothing in the list; [#set] or [#update] does. Nulls are refused. Elements are compared by their `equals`.
///
/// **Capacity.** A list takes as many elements as it was created for; one too many is an
/// [IllegalStateException], as for a bounded [java.util.Collection]. An element that takes more bytes than
/// the list was created for is an [IllegalArgumentException]. Nothing is changed by a call that ends so.
///
/// **Atomicity.** Every method of [List] is atomic, those that take several elements or a function too, but for
/// [#replaceAll], which is so for each element. Functions, predicates and comparators run while the calling
/// thread holds the list's lock, on which all who change the list wait: they should be short. One that
/// changes the list, or looks through all of it, is an [IllegalStateException]; [#get] and [#size] are
/// allowed. If one throws, nothing changes ([#replaceAll]: no further element).
///
/// **Iteration.** Iterators, list iterators, streams and [#toArray()] are of the elements that were there
/// when they were
/// made, as [java.util.concurrent.CopyOnWriteArrayList]'s; such iterators change nothing. So are those of the list
/// [#reversed]. A [#subList] goes by
/// index: it means what it should only as long as nobody else adds or removes elements.
///
/// **Fairness.** None: of several who wait to change the list, any may be next. [#get] and [#size] wait for
/// nobody.
///
/// **Interruption.** Waits for the lock are short, unless a function holds it, and go on whatever
/// interrupts; the interrupt status is kept.
///
/// **Owner death.** A process killed in the middle of a change leaves the list as it was before or as it is
/// after, and no room is lost. If it held the lock, the next who wants it goes on within 200 ms; readers go
/// on at once.
///
/// **Memory consistency.** Actions before an element is stored happen-before actions after it is read, in any
/// process.
///
/// **Cost.** [#get], [#set], [#add] at the end and [#removeLast] take the same time however long the list
/// is. An insertion or
/// removal elsewhere, and [#sort], write 8 bytes for each element that there may be. What compares elements
/// decodes them.
///
/// @param <E> the type of the elements
public interface SharedList<E> extends List<E>, RandomAccess, SharedObject {
    /// How many elements there may be.
    ///
    /// @return what the list was created for
    int maxElements();

    /// How many bytes an element may take.
    ///
    /// @return what the list was created for
    int maxElementBytes();

    /// Changes an element to what a function makes of it, atomically.
    ///
    /// @param index of the element
    /// @param function called once, under the list's lock
    /// @return the element afterwards
    E update(int index, UnaryOperator<E> function);

    /// Adds an element at the end unless an equal one is there, atomically.
    ///
    /// @param element to add
    /// @return whether it was added
    boolean addIfAbsent(E element);

    /// How the elements are written.
    ///
    /// @return the codec that this object was obtained with, or found by its name
    Codec<E> codec();
}
