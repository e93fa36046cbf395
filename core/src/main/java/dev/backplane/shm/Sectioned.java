package dev.backplane.shm;

/// An object that a participant holds a part of only while it is in a [Section].
interface Sectioned {
    /// How many sections there are.
    int sections();

    /// Where in the object the owner word of a section stands.
    long sectionAt(int index);

    /// Enters each section in turn, so that what the dead left undone is done, and whoever was inside has left.
    void visitSections();
}
