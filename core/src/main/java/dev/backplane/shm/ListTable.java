package dev.backplane.shm;

import dev.backplane.shm.ListLayout.Shape;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The elements of a list as bytes: reading them without a lock, and changing them under the list's section, step by
/// step.
final class ListTable {
    /*
     * Elements lie in slots, and never change while a link of the list leads to their slot. Which slot is which
     * element is said by the order that the state names: its first links are the elements, the others lead to the
     * slots that are free. The truth is the state and those first links; the rest of the order follows. What a kill
     * leaves behind, step by step:
     *
     *   set       1. free slot: tag + 1, bytes      nothing: no element is there
     *             2. order[i] -> that slot          before: the old element; after: the new one
     *             3. order[size] -> the old slot    } derived
     *   append    4. free slots: 1., and their links anew, with their tags, where they stand
     *                                               nothing: they are beyond the size
     *             5. state: size + n                before: nothing; after: appended
     *   truncate  6. state: less size               before: nothing; after: they are among the free ones
     *   all else  7. 1., then the order that does not hold: each link
     *                                               nothing: nobody reads it
     *             8. state: the other order, size   before: nothing; after: done
     *
     *   }: who enters the section next after a death in it puts behind the elements all slots that are none. A change
     *   that is cut off there by an error of the JVM's, of a stack that has come to its end, leaves the section as a
     *   death would.
     *
     * Readers take no lock. Who has read a link, copied the slot, and then finds the state of before and in the
     * slot the link's tag, has what the list had there; otherwise something has changed, and it starts over. The order
     * that does not hold is written only after the state that named it is gone, as is a slot's tag after the link
     * to it. So who finds a link of another tag twice, in the same state, is in a damaged segment.
     */
    private final Region region;
    private final MemorySegment memory;
    private final Shape shape;
    private final Section section;
    /// Of this process's threads, the one inside.
    private volatile @Nullable Thread inside;
    /// Of who is inside: whether the links behind the elements may not be those to all other slots.
    private boolean halfDone;

    ListTable(Region region) {
        this.region = region;
        this.memory = region.memory();
        this.shape = new Shape((int) region.param0(), (int) region.param1());
        if (region.param0() < 1
                || region.param0() > ListLayout.MOST_ELEMENTS
                || region.param1() < 1
                || region.param1() > Integer.MAX_VALUE
                || shape.bytes() != region.length()) {
            throw damaged(region.param0() + " elements of " + region.param1() + " bytes, which its length is not for");
        }
        this.section = new Section(region.segment(), memory, ListLayout.SECTION.offset(), this::derive);
    }

    /// Writes the bytes of a new list, whose other bytes are zeros: all slots are free.
    static void initialise(MemorySegment memory, Shape shape) {
        for (int i = 0; i < shape.slots(); i++) {
            ListLayout.LINK.setRelease(memory, shape.linkAt(0, i), ListLayout.link(0, i));
        }
    }

    private SegmentException damaged(String what) {
        return new SegmentException("list " + region + " has " + what + ": the segment is damaged; remove the list");
    }

    Shape shape() {
        return shape;
    }

    /// Whether this thread is in its section.
    boolean isInside() {
        return section.isMine();
    }

    /// As [Section#giveBackOf].
    void giveBackOf(int owner) {
        section.giveBackOf(owner);
    }

    /// How many elements there are.
    int size() {
        return size(ListLayout.STATE.getAcquire(memory, 0));
    }

    private int size(long state) {
        final int size = ListLayout.sizeOf(state);
        if (size > shape.elements()) {
            throw damaged("a size of " + size + ", more than its " + shape.elements());
        }
        return size;
    }

    /// Copies the element at an index from an end. Lock-free: it starts over only if another thread has changed
    /// something. Linearizes at a moment of its last attempt.
    ///
    /// @return nothing if the index is not below the size
    @Nullable
    EncodedBytes read(ListEnd end, int index) {
        long staleState = -1;
        long staleLink = -1;
        while (true) {
            // Acquire pairs with the release in publish: who sees a state sees its order.
            final long state = ListLayout.STATE.getAcquire(memory, 0);
            final int size = size(state);
            if (index < 0 || index >= size) {
                return null;
            }
            // Acquire pairs with the release that put the link there: who sees it sees the element.
            final long link = ListLayout.LINK.getAcquire(memory, linkAt(state, end.place(index, size)));
            final int slot = slot(link);
            final @Nullable EncodedBytes bytes = copy(slot);
            // Keeps the copy in front of what follows; pairs with the fence in write.
            VarHandle.acquireFence();
            final boolean sameTag = ListLayout.TAG.getAcquire(memory, shape.slotAt(slot)) == ListLayout.tagOf(link);
            if (sameTag && ListLayout.STATE.getAcquire(memory, 0) == state) {
                return whole(bytes, slot);
            }
            if (!sameTag && state == staleState && link == staleLink) {
                throw damaged("a link to slot " + slot + " with the tag of no element there");
            }
            staleState = state;
            staleLink = sameTag ? -1 : link;
        }
    }

    private int slot(long link) {
        final int slot = ListLayout.slotOf(link);
        if (slot < 0 || slot >= shape.slots()) {
            throw damaged("a link to slot " + slot + " of " + shape.slots());
        }
        return slot;
    }

    /// The bytes in a slot, or nothing if they cannot be an element's.
    private @Nullable EncodedBytes copy(int slot) {
        final int length = ListLayout.LENGTH.get(memory, shape.slotAt(slot));
        if (length < 0 || length > shape.elementBytes()) {
            return null;
        }
        final EncodedBytes bytes = new EncodedBytes(length);
        bytes.copyFrom(memory, shape.elementAt(slot), length);
        return bytes;
    }

    private EncodedBytes whole(@Nullable EncodedBytes bytes, int slot) {
        if (bytes == null) {
            throw damaged("an element of " + ListLayout.LENGTH.get(memory, shape.slotAt(slot))
                    + " bytes, more than its " + shape.elementBytes());
        }
        return bytes;
    }

    /// Enters the section; [#leave] must follow. What follows is called inside.
    ///
    /// @throws IllegalStateException if this thread is inside already: in a function that was called there
    void enter() {
        if (inside == Thread.currentThread()) {
            throw new IllegalStateException("a function that the list " + region
                    + " has called changes it, or looks through all of it: it may only get elements");
        }
        section.enter();
        inside = Thread.currentThread();
    }

    /// Leaves; a change that an error has cut off as a death would, so that who enters next derives.
    void leave() {
        inside = null;
        final boolean isHalfDone = halfDone;
        halfDone = false; // Not after that: the next one inside has it then.
        section.leave(isHalfDone);
    }

    private long state() {
        return ListLayout.STATE.get(memory, 0);
    }

    private long linkAt(long state, int index) {
        return shape.linkAt(ListLayout.orderOf(state), index);
    }

    /// The links of the elements, and behind them those to all other slots.
    long[] links() {
        final long state = state();
        final long[] links = new long[shape.slots()];
        for (int i = 0; i < links.length; i++) {
            links[i] = ListLayout.LINK.get(memory, linkAt(state, i));
        }
        return links;
    }

    /// The element that a link leads to.
    EncodedBytes element(long link) {
        final int slot = slot(link);
        if (ListLayout.TAG.get(memory, shape.slotAt(slot)) != ListLayout.tagOf(link)) {
            throw damaged("a link to slot " + slot + " with the tag of no element there");
        }
        return whole(copy(slot), slot);
    }

    /// The element at an index below the size.
    EncodedBytes elementAt(int index) {
        return element(ListLayout.LINK.get(memory, linkAt(state(), index)));
    }

    /// Writes an element to a slot that is free.
    ///
    /// @return the link to it, not stored yet
    private long write(EncodedBytes element, long free) {
        final int slot = slot(free);
        final long at = shape.slotAt(slot);
        final int tag = ListLayout.TAG.get(memory, at) + 1;
        ListLayout.TAG.setRelease(memory, at, tag);
        // Keeps the tag's store in front of the following ones, for readers who hold a link of before.
        VarHandle.releaseFence();
        ListLayout.LENGTH.set(memory, at, element.length());
        element.copyTo(memory, shape.elementAt(slot));
        return ListLayout.link(tag, slot);
    }

    /// Puts an element in place of another.
    void set(int index, EncodedBytes element) {
        final long state = state();
        final long at = linkAt(state, index);
        final long old = ListLayout.LINK.get(memory, at);
        final long freeAt = linkAt(state, size(state));
        final long written = write(element, ListLayout.LINK.get(memory, freeAt));
        halfDone = true;
        ListLayout.LINK.setRelease(memory, at, written);
        ListLayout.LINK.setRelease(memory, freeAt, old);
        halfDone = false;
    }

    /// Whether there is room for more elements.
    boolean hasRoom(int count) {
        return count <= shape.elements() - size(state());
    }

    /// Adds elements, for which there is room, at the end.
    void append(List<EncodedBytes> elements) {
        final long state = state();
        final int size = size(state);
        writeBehind(state, elements);
        ListLayout.STATE.setRelease(
                memory, 0, ListLayout.next(state, ListLayout.orderOf(state), size + elements.size()));
    }

    /// Writes elements to the slots that come next, where nobody sees them yet.
    private void writeBehind(long state, List<EncodedBytes> elements) {
        int index = size(state);
        for (EncodedBytes element : elements) {
            final long at = linkAt(state, index);
            ListLayout.LINK.setRelease(memory, at, write(element, ListLayout.LINK.get(memory, at)));
            index++;
        }
    }

    /// Adds elements, for which there is room, in front of the one at an index.
    void insert(int index, List<EncodedBytes> elements) {
        final long state = state();
        final int size = size(state);
        writeBehind(state, elements);
        final long[] from = links();
        final long[] to = from.clone();
        System.arraycopy(from, size, to, index, elements.size());
        System.arraycopy(from, index, to, index + elements.size(), size - index);
        publish(to, size + elements.size());
    }

    /// Takes the last elements away.
    void truncate(int size) {
        final long state = state();
        ListLayout.STATE.setRelease(memory, 0, ListLayout.next(state, ListLayout.orderOf(state), size));
    }

    /// Makes another order of the same slots the list's.
    ///
    /// @param links each slot's once
    /// @param size how many of them are elements
    void publish(long[] links, int size) {
        final long state = state();
        final int other = 1 - ListLayout.orderOf(state);
        for (int i = 0; i < links.length; i++) {
            ListLayout.LINK.setRelease(memory, shape.linkAt(other, i), links[i]);
        }
        ListLayout.STATE.setRelease(memory, 0, ListLayout.next(state, other, size));
    }

    /// Puts behind the elements' links those to all other slots.
    private void derive() {
        final long state = state();
        final int size = size(state);
        final BitSet used = new BitSet(shape.slots());
        for (int i = 0; i < size; i++) {
            final int slot = slot(ListLayout.LINK.get(memory, linkAt(state, i)));
            if (used.get(slot)) {
                throw damaged("two elements in slot " + slot);
            }
            used.set(slot);
        }
        int slot = -1;
        for (int i = size; i < shape.slots(); i++) {
            slot = used.nextClearBit(slot + 1);
            ListLayout.LINK.setRelease(memory, linkAt(state, i), ListLayout.link(0, slot));
        }
    }
}
