package dev.backplane.pickle;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A Python object that Java does not know, kept as its pickle described it and never made.
///
/// It is one of:
///
/// | it was pickled as | what Python does with it | has |
/// |---|---|---|
/// | a global | imports `module` and takes `name` from it: a class, a function | [#module], [#name] |
/// | a call | calls [#callable] with [#arguments] | those two |
/// | a new object | `callable.__new__(callable, *arguments)` | those, perhaps [#keywords] |
///
/// followed by what was done to it then: a state ([#state]), items of a list ([#items]) or of a dict
/// ([#entries]). What it refers to is shared as it was in the pickle, cycles included, and is written back
/// in the same form: Python gets an equal object of the same class.
///
/// Two are equal if all they consist of is. Not thread-safe while it is being changed; nothing but this class's
/// package changes one.
public final class PythonObject {
    /// What makes the object.
    enum Kind {
        GLOBAL,
        CALL,
        NEW,
        NEW_WITH_KEYWORDS
    }

    /// What happens to it afterwards, in this order.
    enum Step {
        STATE,
        ITEMS,
        ENTRIES,
        MEMBERS
    }

    /// One such step, with its values; those of `ENTRIES` are keys and values by turns.
    record Change(Step step, List<@Nullable Object> values) {}

    private final Kind kind;
    private final String module;
    private final String name;
    private final String global;
    private final @Nullable PythonObject callable;
    private final PythonTuple arguments;
    private final @Nullable PythonDict keywords;
    private List<Change> changes = List.of();

    private PythonObject(String module, String name) {
        this.kind = Kind.GLOBAL;
        this.module = module;
        this.name = name;
        this.global = module + '.' + name;
        this.callable = null;
        this.arguments = PythonTuple.EMPTY;
        this.keywords = null;
    }

    private PythonObject(Kind kind, PythonObject callable, PythonTuple arguments, @Nullable PythonDict keywords) {
        this.kind = kind;
        this.module = "";
        this.name = "";
        this.global = "";
        this.callable = Objects.requireNonNull(callable, "callable");
        this.arguments = Objects.requireNonNull(arguments, "arguments");
        this.keywords = keywords;
    }

    /// What a module has under a name: a class, a function, anything that is found by name.
    ///
    /// @param module the module's name
    /// @param name the name in it, with dots for what is nested in a class
    /// @return the object
    /// @throws IllegalArgumentException if one of them is empty
    public static PythonObject global(String module, String name) {
        if (module.isEmpty() || name.isEmpty()) {
            throw new IllegalArgumentException(
                    "a global needs a module and a name, not '" + module + "' and '" + name + "'");
        }
        return new PythonObject(module, name);
    }

    /// What a call returns when Python reads it.
    ///
    /// @param callable what is called
    /// @param arguments what it is called with
    /// @return the object
    public static PythonObject reduce(PythonObject callable, PythonTuple arguments) {
        return new PythonObject(Kind.CALL, callable, arguments, null);
    }

    /// A new object of a class, made by its `__new__` when Python reads it; usually with a state, see
    /// [#withState].
    ///
    /// @param type the class
    /// @param arguments what `__new__` gets after the class
    /// @return the object
    public static PythonObject newObject(PythonObject type, PythonTuple arguments) {
        return new PythonObject(Kind.NEW, type, arguments, null);
    }

    static PythonObject newObject(PythonObject type, PythonTuple arguments, PythonDict keywords) {
        return new PythonObject(Kind.NEW_WITH_KEYWORDS, type, arguments, keywords);
    }

    /// The same object with a state, which Python gives to `__setstate__`, or puts into `__dict__`.
    ///
    /// @param state the state
    /// @return a new object; this one is as it was
    public PythonObject withState(@Nullable Object state) {
        final PythonObject that = kind == Kind.GLOBAL
                ? new PythonObject(module, name)
                : new PythonObject(kind, Objects.requireNonNull(callable), arguments, keywords);
        that.changes = new ArrayList<>();
        for (Change change : changes) {
            that.changes.add(new Change(change.step(), new ArrayList<>(change.values())));
        }
        that.build(state);
        return that;
    }

    /// Whether it is a global.
    ///
    /// @return whether [#module] and [#name] say what it is
    public boolean isGlobal() {
        return kind == Kind.GLOBAL;
    }

    /// Whether it is this global.
    ///
    /// @param ofModule a module's name
    /// @param ofName a name in it
    /// @return whether that is what it is
    public boolean isGlobal(String ofModule, String ofName) {
        return kind == Kind.GLOBAL && module.equals(ofModule) && name.equals(ofName);
    }

    /// The global's name with its module, such as `multiprocessing.managers.Token`.
    ///
    /// @return the name, or the empty string if it is no global
    public String global() {
        return global;
    }

    /// The global's module.
    ///
    /// @return the name, or the empty string if it is no global
    public String module() {
        return module;
    }

    /// The global's name in its module.
    ///
    /// @return the name, or the empty string if it is no global
    public String name() {
        return name;
    }

    /// What is called to make the object, or the class of a new one.
    ///
    /// @return the callable, or null for a global
    public @Nullable PythonObject callable() {
        return callable;
    }

    /// What the callable gets.
    ///
    /// @return the arguments, none for a global
    public PythonTuple arguments() {
        return arguments;
    }

    /// What `__new__` gets by name.
    ///
    /// @return the arguments, or null if the pickle had no place for such
    public @Nullable PythonDict keywords() {
        return keywords;
    }

    /// The state that the object is given.
    ///
    /// @return the last one, or null if it has none
    public @Nullable Object state() {
        for (int i = changes.size() - 1; i >= 0; i--) {
            if (changes.get(i).step() == Step.STATE) {
                return changes.get(i).values().get(0);
            }
        }
        return null;
    }

    /// What is appended to the object, as to a subclass of `list`.
    ///
    /// @return the items in order
    public List<@Nullable Object> items() {
        return valuesOf(Step.ITEMS);
    }

    /// What is set in the object, as in a subclass of `dict`.
    ///
    /// @return the keys and values by turns, in order
    public List<@Nullable Object> entries() {
        return valuesOf(Step.ENTRIES);
    }

    private List<@Nullable Object> valuesOf(Step step) {
        final List<@Nullable Object> values = new ArrayList<>();
        for (Change change : changes) {
            if (change.step() == step) {
                values.addAll(change.values());
            }
        }
        return values;
    }

    Kind kind() {
        return kind;
    }

    List<Change> changes() {
        return changes;
    }

    void build(@Nullable Object state) {
        final List<@Nullable Object> values = new ArrayList<>(1);
        values.add(state);
        change(new Change(Step.STATE, values));
    }

    private void change(Change change) {
        if (changes.isEmpty()) {
            changes = new ArrayList<>(1);
        }
        changes.add(change);
    }

    /// The values of the step that is going on, to add to: a pickler writes a thousand of them at a time.
    List<@Nullable Object> going(Step step) {
        if (changes.isEmpty() || changes.getLast().step() != step) {
            change(new Change(step, new ArrayList<>()));
        }
        return changes.getLast().values();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PythonObject && PythonEquality.equal(this, other);
    }

    @Override
    public int hashCode() {
        return PythonHash.structural(this);
    }

    @Override
    public String toString() {
        return PythonRepr.brief(this);
    }
}
