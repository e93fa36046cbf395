package dev.backplane;

import java.io.Serializable;
import java.util.function.LongUnaryOperator;

/// An operator on a long that another JVM can run: a lambda of this type is serialized with what it captures.
@FunctionalInterface
public interface SerializableLongUnaryOperator extends LongUnaryOperator, Serializable {}
