package dev.backplane.pickle;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes one value as a pickle.
///
/// What Python's pickler does, with two differences that its readers do not notice: only what is shared is
/// memoized, and there are no frames, which help readers of files only.
final class PickleWriter {
    private static final int LONGEST_SMALL_TUPLE = 3;
    /// A shorter string or array takes hardly more bytes than a reference to it.
    private static final int WORTH_SHARING = 4;

    private static final int LARGE_INTEGER_BITS = 512;
    private static final int EMITTED = -2;

    private final PickleLimits limits;
    private final boolean four;
    private final PickleOutput out;
    private final PickleDialect dialect;
    private final PickleMemo memo = new PickleMemo();
    private boolean memoizing;

    PickleWriter(int protocol, PickleLimits limits) {
        this.four = PickleDialect.checkProtocol(protocol) == PickleDialect.HIGHEST_PROTOCOL;
        this.limits = limits;
        this.out = new PickleOutput(limits.maxBytes());
        this.dialect = new PickleDialect(out, four);
    }

    PickleWriter write(@Nullable Object value) {
        try {
            writeOnce(value);
            if (memo.isAnythingShared()) {
                memoizing = true;
                writeShared(value);
            }
        } catch (StackOverflowError e) {
            throw new PickleException(
                    "a value is nested too deeply for the stack of " + Thread.currentThread()
                            + ": lower the limit of the depth, " + limits.maxDepth() + ", or give the thread more",
                    e);
        }
        return this;
    }

    private void writeShared(@Nullable Object value) {
        try {
            out.clear();
            writeOnce(value);
        } catch (PickleException e) {
            if (!memo.memoizeAll()) {
                throw e;
            }
            out.clear();
            writeOnce(value);
        }
    }

    private void writeOnce(@Nullable Object value) {
        out.put(Opcode.PROTO, four ? PickleDialect.HIGHEST_PROTOCOL : PickleDialect.LOWEST_PROTOCOL);
        save(value, 0);
        out.put(Opcode.STOP);
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    MemorySegment view() {
        return out.view();
    }

    private void save(@Nullable Object value, int depth) {
        switch (value) {
            case null -> out.put(Opcode.NONE);
            case String text -> saveText(text);
            case Long number -> out.integer(number);
            case Boolean flag -> out.put(flag ? Opcode.NEWTRUE : Opcode.NEWFALSE);
            case Double number -> out.number(number);
            case Number number -> saveNumber(number);
            default -> saveObject(value, depth);
        }
    }

    private void saveNumber(Number number) {
        switch (number) {
            case Integer value -> out.integer(value);
            case Short value -> out.integer(value);
            case Byte value -> out.integer(value);
            case Float value -> out.number(value);
            case BigInteger value when value.bitLength() < LARGE_INTEGER_BITS -> out.integer(value);
            case BigInteger value -> {
                final int place = begin(value);
                if (place != EMITTED) {
                    out.integer(value);
                    memoize(place);
                }
            }
            default -> throw unknown(number);
        }
    }

    private static PickleException unknown(Object value) {
        return new PickleException("a value of class " + value.getClass().getName() + " has no form in Python; see the"
                + " table of Pickle");
    }

    private void saveText(String text) {
        final int place = text.length() < WORTH_SHARING ? PickleMemo.ABSENT : begin(text);
        if (place != EMITTED) {
            dialect.text(text);
            memoize(place);
        }
    }

    private void saveObject(Object value, int depth) {
        if (depth >= limits.maxDepth()) {
            throw new PickleException(
                    "refused a value that is nested more deeply than " + limits.maxDepth() + ", the limit");
        }
        if (value instanceof List<?> list && list.isEmpty() && list instanceof PythonTuple) {
            out.put(Opcode.EMPTY_TUPLE);
            return;
        }
        final int place = begin(value);
        if (place == EMITTED) {
            return;
        }
        switch (value) {
            case PythonTuple tuple -> saveTuple(tuple, place, depth);
            case List<?> list -> saveList(list, place, depth);
            case Map<?, ?> map -> saveDict(map, place, depth);
            case PythonObject object -> saveOpaque(object, place, depth);
            case Set<?> set -> saveSet(set, place, depth);
            case byte[] bytes -> {
                out.binary(bytes);
                memoize(place);
            }
            case PythonByteArray array -> saveByteArray(array.bytes(), place);
            case PythonException exception -> saveException(exception, place, depth);
            case Object[] array -> saveTuple(PythonTuple.of(array), place, depth);
            default -> throw unknown(value);
        }
    }

    // The memo.

    /// Meets an object that may be shared.
    ///
    /// @return where its index is to be noted, `ABSENT` if nowhere, `EMITTED` if there is nothing more to do
    private int begin(Object value) {
        if (!memoizing) {
            return memo.meet(value) ? EMITTED : PickleMemo.ABSENT;
        }
        final int place = memo.place(value);
        if (place == PickleMemo.ABSENT || memo.index(place) < 0) {
            return place;
        }
        dialect.get(memo.index(place));
        return EMITTED;
    }

    private void memoize(int place) {
        if (place == PickleMemo.ABSENT) {
            return;
        }
        dialect.memoize(memo.write(place));
    }

    private void enter(int place) {
        if (place != PickleMemo.ABSENT) {
            memo.enter(place);
        }
    }

    /// Whether an object was written while its parts were: then those that are on the stack are given up for
    /// it.
    private boolean instead(int place, int values) {
        if (place == PickleMemo.ABSENT || memo.index(place) < 0) {
            return false;
        }
        if (values == 0) {
            out.put(Opcode.POP_MARK);
        }
        for (int i = 0; i < values; i++) {
            out.put(Opcode.POP);
        }
        dialect.get(memo.index(place));
        return true;
    }

    // Containers.

    private void saveTuple(PythonTuple tuple, int place, int depth) {
        final int size = tuple.size();
        if (size == 0) {
            out.put(Opcode.EMPTY_TUPLE);
            memoize(place);
            return;
        }
        enter(place);
        final boolean small = size <= LONGEST_SMALL_TUPLE;
        if (!small) {
            out.put(Opcode.MARK);
        }
        for (int i = 0; i < size; i++) {
            save(tuple.get(i), depth + 1);
        }
        if (!instead(place, small ? size : 0)) {
            out.put(small ? Opcode.TUPLE1 - 1 + size : Opcode.TUPLE);
            memoize(place);
        }
    }

    private void saveList(List<?> list, int place, int depth) {
        out.put(Opcode.EMPTY_LIST);
        memoize(place);
        saveItems(list, list.size(), depth);
    }

    private void saveItems(Iterable<?> items, int size, int depth) {
        if (size == 0) {
            return;
        }
        if (size > 1) {
            out.put(Opcode.MARK);
        }
        for (Object item : items) {
            save(item, depth + 1);
        }
        out.put(size > 1 ? Opcode.APPENDS : Opcode.APPEND);
    }

    private void saveDict(Map<?, ?> map, int place, int depth) {
        out.put(Opcode.EMPTY_DICT);
        memoize(place);
        final int size = map.size();
        if (size == 0) {
            return;
        }
        if (size > 1) {
            out.put(Opcode.MARK);
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            save(entry.getKey(), depth + 1);
            save(entry.getValue(), depth + 1);
        }
        out.put(size > 1 ? Opcode.SETITEMS : Opcode.SETITEM);
    }

    private void saveSet(Set<?> set, int place, int depth) {
        final boolean frozen = set instanceof PythonSet python && python.isFrozen();
        if (!four) {
            enter(place);
            dialect.global("builtins", frozen ? "frozenset" : "set");
            out.put(Opcode.EMPTY_LIST);
            saveItems(set, set.size(), depth);
            out.put(Opcode.TUPLE1);
            finish(Opcode.REDUCE, 2, place);
            return;
        }
        if (frozen) {
            enter(place);
            out.put(Opcode.MARK);
            saveAll(set, depth);
            finish(Opcode.FROZENSET, 0, place);
            return;
        }
        out.put(Opcode.EMPTY_SET);
        memoize(place);
        if (!set.isEmpty()) {
            out.put(Opcode.MARK);
            saveAll(set, depth);
            out.put(Opcode.ADDITEMS);
        }
    }

    private void saveAll(Iterable<?> values, int depth) {
        for (Object value : values) {
            save(value, depth + 1);
        }
    }

    // Objects.

    /// Ends an object that has an index only now.
    ///
    /// @param values how many are on the stack for it; 0 for all above a mark
    /// @return whether this was its first end
    private boolean finish(int opcode, int values, int place) {
        if (instead(place, values)) {
            return false;
        }
        out.put(opcode);
        memoize(place);
        return true;
    }

    /// An opcode of its own came with protocol 5.
    private void saveByteArray(byte[] bytes, int place) {
        dialect.global("builtins", "bytearray");
        out.binary(bytes);
        out.put(Opcode.TUPLE1);
        out.put(Opcode.REDUCE);
        memoize(place);
    }

    private void saveException(PythonException exception, int place, int depth) {
        enter(place);
        final int dot = exception.type().lastIndexOf('.');
        dialect.global(exception.type().substring(0, dot), exception.type().substring(dot + 1));
        save(exception.args(), depth + 1);
        if (finish(Opcode.REDUCE, 2, place) && exception.state() != null) {
            save(exception.state(), depth + 1);
            out.put(Opcode.BUILD);
        }
    }

    private void saveOpaque(PythonObject object, int place, int depth) {
        enter(place);
        final boolean first = switch (object.kind()) {
            case GLOBAL -> {
                dialect.global(object.module(), object.name());
                memoize(place);
                yield true;
            }
            case CALL -> {
                save(object.callable(), depth + 1);
                save(object.arguments(), depth + 1);
                yield finish(Opcode.REDUCE, 2, place);
            }
            case NEW -> {
                save(object.callable(), depth + 1);
                save(object.arguments(), depth + 1);
                yield finish(Opcode.NEWOBJ, 2, place);
            }
            case NEW_WITH_KEYWORDS -> saveNewWithKeywords(object, place, depth);
        };
        if (first) {
            for (PythonObject.Change change : object.changes()) {
                saveChange(change, depth);
            }
        }
    }

    private boolean saveNewWithKeywords(PythonObject object, int place, int depth) {
        if (!four) {
            dialect.global("copyreg", "__newobj_ex__");
        }
        save(object.callable(), depth + 1);
        save(object.arguments(), depth + 1);
        save(object.keywords(), depth + 1);
        if (four) {
            return finish(Opcode.NEWOBJ_EX, 3, place);
        }
        out.put(Opcode.TUPLE3);
        return finish(Opcode.REDUCE, 2, place);
    }

    private void saveChange(PythonObject.Change change, int depth) {
        final List<@Nullable Object> values = change.values();
        switch (change.step()) {
            case STATE -> {
                save(values.get(0), depth + 1);
                out.put(Opcode.BUILD);
            }
            case ITEMS -> saveItems(values, values.size(), depth);
            case ENTRIES -> {
                out.put(Opcode.MARK);
                saveAll(values, depth);
                out.put(Opcode.SETITEMS);
            }
            case MEMBERS -> {
                if (!four) {
                    throw new PickleException("protocol 3 cannot add elements to an object; write protocol 4");
                }
                out.put(Opcode.MARK);
                saveAll(values, depth);
                out.put(Opcode.ADDITEMS);
            }
        }
    }
}
