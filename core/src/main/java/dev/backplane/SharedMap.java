package dev.backplane;

import dev.backplane.codec.Codec;
import java.util.concurrent.ConcurrentMap;

/// A map that processes share: a [ConcurrentMap] of fixed capacity, whose entries lie in the segment as bytes.
///
/// **Keys and values.** Each is written and read by its codec, so what is returned is a copy: changing it
/// changes nothing in the map. Keys are equal if their codec writes the same bytes, and so are values,
/// wherever this map compares them: a codec must write equal ones alike (as all for primitives, strings,
/// enums and records of those do; one that writes hash sets in the order of their buckets does not: of such
/// values, [remove(key, value)][#remove(Object, Object)], [#replace(Object, Object, Object)], [#containsValue] and
/// what the views look for find none but by chance). What goes by what was read of an entry, as [#compute] and
/// [#replaceAll] do, `removeIf` of the views, and `removeAll` of their values, does so for any codec. Nulls
/// are refused. An object that a codec cannot write, being of another class, is a [ClassCastException] even where
/// it is only looked up. One that its codec refuses to write, as of a class that a serialization policy does not
/// allow, is not there by [#containsKey], [#containsValue], `equals`, and `contains` of the views; elsewhere it is
/// a [dev.backplane.codec.CodecException].
///
/// **Capacity.** A map takes as many entries as it was created for, and not one more: an entry too many is an
/// [IllegalStateException]. A key or value that takes more bytes than the map was created for is an
/// [IllegalArgumentException], except that a key that is only looked up is then absent. Nothing is changed by a
/// call that ends so.
///
/// **Atomicity.** Every method of [ConcurrentMap] that concerns one key is atomic, and takes effect for all
/// processes at once; [#clear], [#putAll] and [#replaceAll] are atomic for each entry. A function given to
/// [#compute], [#computeIfAbsent], [#computeIfPresent] or [#merge] is called at most once, one given to
/// [#replaceAll] at most once for each entry, by the calling
/// thread, while that holds the lock of one of the map's 64 stripes: others who want to change an entry of
/// the stripe wait for it, so it should be short. It may read this map; if it changes it, that is an
/// [IllegalStateException]. If it throws, its entry stays as it is.
///
/// **Iteration.** Weakly consistent: an iterator returns each entry that is there from its start to its end
/// once, and those that come or go meanwhile once or not at all. It never throws
/// [java.util.ConcurrentModificationException]. What it returns are copies, whose
/// [setValue][java.util.Map.Entry#setValue] puts the value into the map. [#size] is exact while nobody
/// changes the map.
///
/// **Fairness.** None: of several who wait to change entries of one stripe, any may be next. Readers wait
/// for nobody.
///
/// **Interruption.** Waits for a stripe are short, unless a function holds it, and go on whatever
/// interrupts; the interrupt status is kept.
///
/// **Owner death.** A process killed in the middle of a change leaves the entry as it was before or as it is
/// after, never a mixture, and no room is lost. If it held a stripe, the next who wants to change it goes on
/// within 200 ms; readers go on at once.
///
/// **Memory consistency.** Actions before an entry is put happen-before actions after it is read, in any
/// process.
///
/// **Cost.** A read encodes the key, reads one or two cache lines per entry looked at, and copies and
/// decodes the value:
/// no lock, no system call. A change takes two compare-and-sets more, one more for a new entry. The last few
/// entries before a map is full cost a search for free room, so create it for some more than it is to hold.
///
/// @param <K> the type of the keys
/// @param <V> the type of the values
public interface SharedMap<K, V> extends ConcurrentMap<K, V>, SharedObject {
    /// How many entries there may be.
    ///
    /// @return what the map was created for
    int maxEntries();

    /// How many bytes a key may take.
    ///
    /// @return what the map was created for
    int maxKeyBytes();

    /// How many bytes a value may take.
    ///
    /// @return what the map was created for
    int maxValueBytes();

    /// How the keys are written.
    ///
    /// @return the codec that this map was obtained with, or found by its name
    Codec<K> keyCodec();

    /// How the values are written.
    ///
    /// @return the codec that this map was obtained with, or found by its name
    Codec<V> valueCodec();
}
