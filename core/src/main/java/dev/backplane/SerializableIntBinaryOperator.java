package dev.backplane;

import java.io.Serializable;
import java.util.function.IntBinaryOperator;

/// An operator on two ints that another JVM can run: a lambda of this type is serialized with what it captures.
@FunctionalInterface
public interface SerializableIntBinaryOperator extends IntBinaryOperator, Serializable {}
