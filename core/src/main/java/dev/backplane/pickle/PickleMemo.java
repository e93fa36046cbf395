package dev.backplane.pickle;

import java.util.Arrays;

/// Which objects a writer has met, by identity.
///
/// A value is written in one pass if nothing in it is met twice, without any instruction for the memo;
/// otherwise in two, of which the first only finds out what has to be memoized; some cyclic ones take a
/// third. Few objects are looked for one by one, many in
/// a hash table.
@SuppressWarnings("ReferenceEquality") // Identity is what a memo is about.
final class PickleMemo {
    static final int ABSENT = -1;

    private static final int MET_ONCE = -1;
    private static final int MET_AGAIN = -2;
    private static final int FEW = 8;
    private static final int GOLDEN = 0x9E3779B9;

    private Object[] objects = new Object[FEW];
    private int[] states = new int[FEW];
    private int size;
    /// One more than an object's place, or 0; null while objects are few.
    private int[] table = new int[0];
    private int[] entered = new int[0];
    private int written;
    private boolean shared;
    private boolean cyclic;
    private boolean all;

    /// Meets an object in the first pass.
    ///
    /// @return whether it was met before
    boolean meet(Object object) {
        final int at = find(object);
        if (at == ABSENT) {
            add(object);
            return false;
        }
        states[at] = MET_AGAIN;
        shared = true;
        return true;
    }

    boolean isAnythingShared() {
        return shared;
    }

    /// Where an object is that has to be memoized, for the second pass.
    ///
    /// @return its place, or `ABSENT` if it is met once only
    int place(Object object) {
        final int at = find(object);
        return at == ABSENT || states[at] == MET_ONCE ? ABSENT : at;
    }

    /// The index under which the object at a place was written, or a negative number.
    int index(int place) {
        return states[place];
    }

    /// Gives the object at a place the next index.
    int write(int place) {
        states[place] = written;
        return written++;
    }

    /// Notes that an object which has an index only after its parts is about to be written. It may contain
    /// itself, by way of a list; but only if something on that way got an index does the way ever end.
    void enter(int place) {
        if (entered.length < size) {
            entered = new int[size];
            Arrays.fill(entered, -1);
        }
        if (entered[place] == written) {
            cyclic = true;
            throw new PickleException("a value contains itself by way of tuples and arguments of calls only, which"
                    + " cannot be made in Python");
        }
        entered[place] = written;
    }

    /// Whether it may help to memoize everything that was met: the way on which a value contains itself may
    /// lead by a list that is met there only, and then has no index.
    ///
    /// @return false if that has been done
    boolean memoizeAll() {
        if (!cyclic || all) {
            return false;
        }
        all = true;
        written = 0;
        Arrays.fill(states, 0, size, MET_AGAIN);
        Arrays.fill(entered, -1);
        return true;
    }

    private int find(Object object) {
        if (table.length == 0) {
            for (int i = 0; i < size; i++) {
                if (objects[i] == object) {
                    return i;
                }
            }
            return ABSENT;
        }
        for (int slot = slot(object); table[slot] != 0; slot = slot + 1 & table.length - 1) {
            if (objects[table[slot] - 1] == object) {
                return table[slot] - 1;
            }
        }
        return ABSENT;
    }

    private int slot(Object object) {
        return System.identityHashCode(object) * GOLDEN >>> 1 + Integer.numberOfLeadingZeros(table.length);
    }

    private void add(Object object) {
        if (size == objects.length) {
            objects = Arrays.copyOf(objects, 2 * size);
            states = Arrays.copyOf(states, 2 * size);
            table = new int[4 * size];
            for (int i = 0; i < size; i++) {
                insert(i);
            }
        }
        objects[size] = object;
        states[size] = MET_ONCE;
        size++;
        if (table.length > 0) {
            insert(size - 1);
        }
    }

    private void insert(int place) {
        int slot = slot(objects[place]);
        while (table[slot] != 0) {
            slot = slot + 1 & table.length - 1;
        }
        table[slot] = place + 1;
    }
}
