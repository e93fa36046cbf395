package dev.backplane.pickle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The instructions that fill containers and describe objects, for a reader.
final class PickleObjects {
    /// Steps for each byte: the hash of a key looks at no more parts than this in any four.
    private static final long STEPS_PER_BYTE = 64;

    private static final long STEPS = 1 << 16;
    private static final int FIRST_WITH_PYTHON_3_NAMES = 3;

    private final PickleStack stack;
    private final PickleGlobals globals;
    /// Those whose keys wait until all is read, in the order in which they began to.
    private final List<PythonDict> begun = new ArrayList<>(0);

    PickleObjects(PickleStack stack, PickleGlobals globals) {
        this.stack = stack;
        this.globals = globals;
    }

    /// Follows one instruction, if it is one of these.
    boolean step(int opcode, int protocol) {
        switch (opcode) {
            case Opcode.APPEND -> append(Collections.singletonList(stack.pop()));
            case Opcode.APPENDS -> append(Arrays.asList(stack.popMark()));
            case Opcode.SETITEM -> {
                final Object value = stack.pop();
                setItems(new @Nullable Object[] {stack.pop(), value});
            }
            case Opcode.SETITEMS -> setItems(stack.popMark());
            case Opcode.ADDITEMS -> addItems(Arrays.asList(stack.popMark()));
            case Opcode.EMPTY_SET -> stack.push(new PythonSet());
            case Opcode.FROZENSET -> pushSet(PythonSet.begun(true, Arrays.asList(stack.popMark())));
            case Opcode.LIST -> stack.push(stack.popMarkToList());
            case Opcode.DICT -> {
                final @Nullable Object[] items = stack.popMark();
                stack.push(new PythonDict());
                setItems(items);
            }
            case Opcode.STACK_GLOBAL -> {
                final Object name = stack.pop();
                if (!(stack.pop() instanceof String module && name instanceof String text)) {
                    throw new PickleException("a global's module and name must be strings");
                }
                global(module, text, protocol);
            }
            case Opcode.REDUCE -> reduce();
            case Opcode.NEWOBJ -> newObject();
            case Opcode.NEWOBJ_EX -> newObjectWithKeywords();
            case Opcode.BUILD -> build();
            default -> {
                return false;
            }
        }
        return true;
    }

    private static PickleException wrong(String what, @Nullable Object value) {
        return new PickleException(what + " is a value of type " + PythonKind.typeName(value) + " in a pickle");
    }

    @SuppressWarnings("unchecked")
    private void append(List<@Nullable Object> items) {
        switch (stack.top()) {
            case ArrayList<?> list -> ((ArrayList<@Nullable Object>) list).addAll(items);
            case PythonObject object -> object.going(PythonObject.Step.ITEMS).addAll(items);
            case null, default -> throw wrong("what items are appended to", stack.top());
        }
    }

    private void setItems(@Nullable Object[] items) {
        if (items.length % 2 != 0) {
            throw new PickleException("the last of " + items.length + " keys and values in a pickle has no value");
        }
        switch (stack.top()) {
            case PythonDict dict -> {
                final boolean complete = !dict.isBegun();
                for (int i = 0; i < items.length; i += 2) {
                    dict.begin(items[i], items[i + 1]);
                }
                if (complete) {
                    note(dict);
                }
            }
            case PythonObject object -> object.going(PythonObject.Step.ENTRIES).addAll(Arrays.asList(items));
            case null, default -> throw wrong("what items are set in", stack.top());
        }
    }

    private void addItems(List<@Nullable Object> items) {
        switch (stack.top()) {
            case PythonSet set
            when !set.isFrozen() -> {
                final boolean complete = !set.elements().isBegun();
                for (Object item : items) {
                    set.elements().begin(item, null);
                }
                if (complete) {
                    note(set.elements());
                }
            }
            case PythonObject object -> object.going(PythonObject.Step.MEMBERS).addAll(items);
            case null, default -> throw wrong("what elements are added to", stack.top());
        }
    }

    private void pushSet(PythonSet set) {
        note(set.elements());
        stack.push(set);
    }

    private void note(PythonDict dict) {
        if (dict.isBegun()) {
            begun.add(dict);
        }
    }

    /// Puts all keys in their places, now that they will not change any more.
    void complete(int length) {
        if (begun.isEmpty()) {
            return;
        }
        final Work work = new Work("the keys of a pickle", STEPS + STEPS_PER_BYTE * length);
        try {
            for (PythonDict dict : begun) {
                dict.complete(new Comparison(work));
            }
        } catch (PythonException e) {
            throw new PickleException("a pickle has a key that Python would refuse: " + e.getMessage(), e);
        }
    }

    void global(String module, String name, int protocol) {
        if (module.isEmpty() || name.isEmpty()) {
            throw new PickleException("a global needs a module and a name, not " + PythonRepr.brief(module) + " and "
                    + PythonRepr.brief(name));
        }
        stack.push(
                protocol < FIRST_WITH_PYTHON_3_NAMES
                        ? Python2Names.global(module, name)
                        : PythonObject.global(module, name));
    }

    private PythonTuple popArguments() {
        final Object arguments = stack.pop();
        if (!(arguments instanceof PythonTuple tuple)) {
            throw wrong("the arguments of a call", arguments);
        }
        return tuple;
    }

    private PythonObject popCallable() {
        final Object callable = stack.pop();
        if (!(callable instanceof PythonObject object)) {
            throw wrong("what is called", callable);
        }
        return object;
    }

    private void reduce() {
        final PythonTuple arguments = popArguments();
        final Object value = globals.call(popCallable(), arguments);
        if (value instanceof PythonSet set) {
            pushSet(set);
        } else {
            stack.push(value);
        }
    }

    private void newObject() {
        final PythonTuple arguments = popArguments();
        stack.push(PythonObject.newObject(popCallable(), arguments));
    }

    private void newObjectWithKeywords() {
        final Object keywords = stack.pop();
        if (!(keywords instanceof PythonDict dict)) {
            throw wrong("the arguments by name of a new object", keywords);
        }
        final PythonTuple arguments = popArguments();
        stack.push(PythonObject.newObject(popCallable(), arguments, dict));
    }

    private void build() {
        final Object state = stack.pop();
        switch (stack.top()) {
            case PythonObject object -> object.build(state);
            case PythonException exception -> exception.build(state);
            case null, default -> throw wrong("what gets a state", stack.top());
        }
    }
}
