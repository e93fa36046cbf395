package dev.backplane.store;

/// How objects are checked: one look at the bytes of one object, against every invariant of its type's
/// layout.
///
/// Others may change the object meanwhile. A check need not care: what it finds counts only if it finds it in
/// each of many looks. It should care only where a live process may leave something so for long: in a section
/// that it holds, say.
@FunctionalInterface
public interface ObjectCheck {
    /// Looks at an object.
    ///
    /// @param look the object, and where to put what is found
    void check(ObjectLook look);
}
