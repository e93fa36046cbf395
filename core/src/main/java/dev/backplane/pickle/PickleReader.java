package dev.backplane.pickle;

import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Follows the instructions of one pickle.
final class PickleReader {
    private static final int HIGHEST_PROTOCOL = 5;
    /// What stands in the memo for a None.
    private static final Object NONE = new Object();

    private final PickleInput in;
    private final PickleLimits limits;
    private final PickleStack stack;
    private final PickleObjects objects;
    private @Nullable Object[] memo = new Object[8];
    private int memoized;
    private int protocol;
    /// No value is nested more deeply than twice this.
    private int parts;
    private long endOfFrame;

    PickleReader(PickleInput in, PickleLimits limits, PickleGlobals globals) {
        if (in.length() > limits.maxBytes()) {
            throw new PickleException(
                    "refused a pickle of " + in.length() + " bytes, the limit is " + limits.maxBytes());
        }
        this.in = in;
        this.limits = limits;
        this.stack = new PickleStack(limits.maxObjects());
        this.objects = new PickleObjects(stack, globals);
    }

    int position() {
        return in.position();
    }

    int remaining() {
        return in.remaining();
    }

    /// How deeply what was read may be nested at most, as a writer counts; it is often much less.
    int mostDepth() {
        return 2 * parts;
    }

    @Nullable
    Object read() {
        while (true) {
            final int at = in.position();
            final int opcode = in.unsigned1();
            if (opcode == Opcode.STOP) {
                final Object value = stack.last();
                objects.complete(in.length());
                return value;
            }
            if (endOfFrame != 0 && at >= endOfFrame) {
                if (at > endOfFrame) {
                    throw new PickleException(
                            "an instruction of a pickle lies across the end of its frame at position " + endOfFrame);
                }
                endOfFrame = 0;
            }
            step(opcode);
        }
    }

    private void step(int opcode) {
        switch (opcode) {
            case Opcode.SHORT_BINUNICODE -> stack.push(in.text(in.unsigned1()));
            case Opcode.MEMOIZE -> memoize(memoized);
            case Opcode.BINPUT -> memoize(in.unsigned1());
            case Opcode.BINGET -> get(in.unsigned1());
            case Opcode.BININT1 -> stack.push((long) in.unsigned1());
            case Opcode.BININT2 -> stack.push((long) in.unsigned2());
            case Opcode.BININT -> stack.push((long) in.signed4());
            case Opcode.BINFLOAT -> stack.push(in.bigEndianDouble());
            case Opcode.BINUNICODE -> stack.push(in.text(in.unsigned4()));
            case Opcode.SHORT_BINBYTES -> stack.push(in.bytes(in.unsigned1()));
            case Opcode.BINBYTES -> stack.push(in.bytes(in.unsigned4()));
            case Opcode.NONE -> stack.push(null);
            case Opcode.NEWTRUE -> stack.push(true);
            case Opcode.NEWFALSE -> stack.push(false);
            case Opcode.MARK -> stack.mark();
            case Opcode.EMPTY_TUPLE -> stack.push(PythonTuple.EMPTY);
            case Opcode.TUPLE1 -> tuple(1);
            case Opcode.TUPLE2 -> tuple(2);
            case Opcode.TUPLE3 -> tuple(3);
            case Opcode.TUPLE -> {
                parts++;
                stack.push(new PythonTuple(stack.popMark()));
            }
            case Opcode.EMPTY_LIST -> {
                parts++;
                stack.push(new ArrayList<>());
            }
            case Opcode.EMPTY_DICT -> {
                parts++;
                stack.push(new PythonDict());
            }
            case Opcode.LONG_BINPUT -> memoize(in.unsigned4());
            case Opcode.LONG_BINGET -> get(in.unsigned4());
            case Opcode.LONG1 -> integer(in.unsigned1());
            case Opcode.PROTO -> protocol(in.unsigned1());
            case Opcode.FRAME -> frame(in.signed8());
            default -> {
                parts++;
                if (!objects.step(opcode, protocol)) {
                    stepSeldom(opcode);
                }
            }
        }
    }

    private void stepSeldom(int opcode) {
        switch (opcode) {
            case Opcode.POP -> stack.discard();
            case Opcode.POP_MARK -> stack.popMark();
            case Opcode.DUP -> stack.push(stack.top());
            case Opcode.INT -> stack.push(integer(in.line(), true));
            case Opcode.LONG -> stack.push(integer(in.line(), false));
            case Opcode.LONG4 -> integer(in.signed4());
            case Opcode.FLOAT -> stack.push(PickleText.floating(in.line()));
            case Opcode.UNICODE -> stack.push(in.escapedLine());
            case Opcode.BINUNICODE8 -> stack.push(in.text(in.signed8()));
            case Opcode.BINBYTES8 -> stack.push(in.bytes(in.signed8()));
            case Opcode.BYTEARRAY8 -> stack.push(new PythonByteArray(in.bytes(in.signed8())));
            case Opcode.PUT -> memoize(index(in.line()));
            case Opcode.GET -> get(index(in.line()));
            case Opcode.GLOBAL -> objects.global(in.line(), in.line(), protocol);
            default ->
                throw new PickleException("refused instruction 0x" + Integer.toHexString(opcode) + " of a pickle before"
                        + " position " + in.position() + ": " + Opcode.refusal(opcode));
        }
    }

    private void protocol(int version) {
        if (in.position() != 2 || version > HIGHEST_PROTOCOL) {
            throw new PickleException("refused protocol " + version + " at position " + in.position()
                    + " of a pickle: protocols up to " + HIGHEST_PROTOCOL + " are read, and told at the beginning");
        }
        protocol = version;
    }

    private void frame(long length) {
        if (endOfFrame != 0) {
            throw new PickleException("a frame of a pickle begins at position " + in.position()
                    + ", before the last one has ended at " + endOfFrame);
        }
        endOfFrame = (long) in.position() + in.checkLength(length);
    }

    private void tuple(int size) {
        parts++;
        final @Nullable Object[] elements = new Object[size];
        for (int i = size - 1; i >= 0; i--) {
            elements[i] = stack.pop();
        }
        stack.push(new PythonTuple(elements));
    }

    private void integer(int length) {
        if (length > limits.maxIntegerBytes()) {
            throw new PickleException("refused an integer of " + length + " bytes at position " + in.position()
                    + ", the limit is " + limits.maxIntegerBytes());
        }
        stack.push(in.integer(length));
    }

    private Object integer(String line, boolean orBoolean) {
        if (orBoolean && line.length() == 2 && line.charAt(0) == '0') { // Two digits are how protocol 0 tells them.
            return line.equals("01");
        }
        return PickleText.integer(line, limits.maxIntegerBytes());
    }

    private long index(String line) {
        return PickleText.integer(line, Long.BYTES) instanceof Long index ? index : -1;
    }

    /// Each memoization takes a byte at least, so an index beyond the pickle's length only asks for memory.
    private void memoize(long index) {
        if (index < 0 || index >= in.length()) {
            throw new PickleException("refused index " + index + " into the memo of a pickle of " + in.length()
                    + " bytes, before position " + in.position());
        }
        if (index >= memo.length) {
            memo = Arrays.copyOf(memo, (int) Math.min(in.length(), Math.max(index + 1, 2L * memo.length)));
        }
        final Object value = stack.top();
        if (memo[(int) index] == null) {
            memoized++;
        }
        memo[(int) index] = value == null ? NONE : value;
    }

    private void get(long index) {
        final Object value = index < 0 || index >= memo.length ? null : memo[(int) index];
        if (value == null) {
            throw new PickleException(
                    "nothing is at index " + index + " of a pickle's memo, before position " + in.position());
        }
        stack.push(value == NONE ? null : value);
    }
}
