package dev.backplane.events;

/// Which shared object an event is about.
///
/// @param object its name; in parentheses what has none, such as `(catalog)`
/// @param type its type in words
/// @param segment the path of its segment
public record Place(String object, String type, String segment) {}
