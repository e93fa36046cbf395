package dev.backplane.codec;

import org.jspecify.annotations.Nullable;

/// What stands in a function's bytes for an object that does not travel: a text by which the reader finds it.
///
/// @param handle of the object
/// @param elementType the name of the class of its elements, null if it needs none
public record Reference(String handle, @Nullable String elementType) {}
