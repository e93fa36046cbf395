package dev.backplane;

import java.io.Serializable;
import java.util.function.IntUnaryOperator;

/// An operator on an int that another JVM can run: a lambda of this type is serialized with what it captures.
@FunctionalInterface
public interface SerializableIntUnaryOperator extends IntUnaryOperator, Serializable {}
