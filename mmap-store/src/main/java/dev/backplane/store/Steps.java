package dev.backplane.store;

/// The points of an operation at which a process may die and others must find their way.
///
/// Production code runs with [#NONE]. A test gives steps that stop at a named one, in this JVM or by halting a
/// child, and looks at what is left. Only paths that make system calls anyway have steps; the algorithms on hot
/// words are split into methods that tests call one by one instead.
@FunctionalInterface
interface Steps {
    /// No effect at any step.
    Steps NONE = step -> {};

    /// An operation has just finished what `step` names.
    void reached(String step);
}
