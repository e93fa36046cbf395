package dev.backplane.store;

/// What is wrong, or left over, in one part of a segment or beside it.
///
/// @param severity how bad it is
/// @param object the object's name, or the part of the segment
/// @param rule which invariant, and where in the object: the same in every look that finds the same thing
/// @param what was found, with its values
/// @param remedy what to do
public record Finding(Severity severity, String object, String rule, String what, String remedy) {
    /// How bad a finding is.
    public enum Severity {
        /// Something to know of, which is in order as it is.
        NOTE,
        /// Something that a dead process has left, which recovery gives back or removes.
        LEFTOVER,
        /// Bytes that no process of this library leaves so, wherever it is killed.
        DAMAGE
    }

    /// Whether another finding is of the same thing, though its values may have changed meanwhile.
    ///
    /// @param other of some other look
    /// @return whether its object and rule are this one's
    public boolean isSame(Finding other) {
        return object.equals(other.object) && rule.equals(other.rule);
    }
}
