package dev.backplane;

import java.io.Serializable;
import java.util.function.DoubleUnaryOperator;

/// An operator on a double that another JVM can run: a lambda of this type is serialized with what it captures.
@FunctionalInterface
public interface SerializableDoubleUnaryOperator extends DoubleUnaryOperator, Serializable {}
