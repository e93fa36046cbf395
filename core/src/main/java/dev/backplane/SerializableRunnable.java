package dev.backplane;

import java.io.Serializable;

/// A task without a result that another JVM can run: a lambda of this type is serialized with what it captures.
@FunctionalInterface
public interface SerializableRunnable extends Runnable, Serializable {}
