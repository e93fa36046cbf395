package dev.backplane;

import java.io.Serializable;
import java.util.function.LongBinaryOperator;

/// An operator on two longs that another JVM can run: a lambda of this type is serialized with what it captures.
@FunctionalInterface
public interface SerializableLongBinaryOperator extends LongBinaryOperator, Serializable {}
