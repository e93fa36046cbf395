package dev.backplane.codec;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes classes anew from a template in this package, as hidden classes with constants of their own: only handles
/// that are constants of a class are compiled into plain loads, stores and shifts.
///
/// A template takes its constants by [#constantsOf], once, and has a constructor without parameters.
final class HiddenTemplate {
    private HiddenTemplate() {}

    /// An object of a new copy of a template.
    ///
    /// @param template a class of this package
    /// @param constants what the copy finds by [#constantsOf]
    /// @return the object
    /// @throws IOException if the template's class file cannot be read
    /// @throws ReflectiveOperationException if it is no template
    static Object instance(Class<?> template, Object... constants) throws IOException, ReflectiveOperationException {
        final String file = template.getSimpleName() + ".class";
        try (InputStream bytes = Objects.requireNonNull(template.getResourceAsStream(file), file)) {
            return MethodHandles.lookup()
                    .defineHiddenClassWithClassData(bytes.readAllBytes(), List.of(constants), true)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance();
        }
    }

    /// The constants of a copy.
    ///
    /// @param lookup the copy's own
    /// @return as given to [#instance]
    /// @throws IllegalAccessException if it is the template itself
    static List<?> constantsOf(MethodHandles.Lookup lookup) throws IllegalAccessException {
        final @Nullable List<?> data = MethodHandles.classData(lookup, "_", List.class);
        if (data == null) {
            throw new IllegalAccessException(lookup.lookupClass().getName() + " has handles in its hidden copies only");
        }
        return data;
    }
}
