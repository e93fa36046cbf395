package dev.backplane.pickle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The stack that a pickle's instructions work on, with its marks.
final class PickleStack {
    private final int maxObjects;
    private @Nullable Object[] values = new Object[16];
    private int size;
    private int[] marks = new int[4];
    private int marked;
    private int pushed;

    PickleStack(int maxObjects) {
        this.maxObjects = maxObjects;
    }

    void push(@Nullable Object value) {
        if (++pushed > maxObjects) {
            throw new PickleException("refused a pickle of more than " + maxObjects + " values, the limit");
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    void mark() {
        if (++pushed > maxObjects) {
            throw new PickleException("refused a pickle of more than " + maxObjects + " values, the limit");
        }
        if (marked == marks.length) {
            marks = Arrays.copyOf(marks, 2 * marked);
        }
        marks[marked++] = size;
    }

    /// Values below the last mark cannot be reached.
    private int floor() {
        return marked == 0 ? 0 : marks[marked - 1];
    }

    @Nullable
    Object pop() {
        final Object value = top();
        values[--size] = null;
        return value;
    }

    @Nullable
    Object top() {
        if (size == floor()) {
            throw new PickleException("an instruction of a pickle needs a value, and none is on the stack");
        }
        return values[size - 1];
    }

    /// Discards the uppermost value, or the mark if that is above it.
    void discard() {
        if (marked > 0 && marks[marked - 1] == size) {
            marked--;
        } else {
            pop();
        }
    }

    /// Takes all values above the last mark, and the mark.
    @Nullable
    Object[] popMark() {
        if (marked == 0) {
            throw new PickleException("an instruction of a pickle needs a mark, and none is on the stack");
        }
        final int from = marks[--marked];
        final Object[] taken = Arrays.copyOfRange(values, from, size);
        Arrays.fill(values, from, size, null);
        size = from;
        return taken;
    }

    /// The same as a list that may grow.
    List<@Nullable Object> popMarkToList() {
        final @Nullable Object[] taken = popMark();
        final ArrayList<@Nullable Object> list = new ArrayList<>(taken.length);
        list.addAll(Arrays.asList(taken));
        return list;
    }

    /// The only value, when the pickle has ended.
    @Nullable
    Object last() {
        if (marked > 0 || size != 1) {
            throw new PickleException("a pickle ends with " + size + " values and " + marked
                    + " marks on its stack, instead of its one value");
        }
        return values[0];
    }
}
