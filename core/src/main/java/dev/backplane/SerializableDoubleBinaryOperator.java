package dev.backplane;

import java.io.Serializable;
import java.util.function.DoubleBinaryOperator;

/// An operator on two doubles that another JVM can run: a lambda of this type is serialized with what it captures.
@FunctionalInterface
public interface SerializableDoubleBinaryOperator extends DoubleBinaryOperator, Serializable {}
