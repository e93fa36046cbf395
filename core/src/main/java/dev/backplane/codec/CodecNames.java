package dev.backplane.codec;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the codecs that come with the library by their names.
final class CodecNames {
    private static final List<Class<?>> BUILT_IN = List.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Character.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            String.class,
            byte[].class);
    private static final String FIXED_RECORD = "fixed record ";
    private static final List<String> PREFIXES = List.of(FIXED_RECORD, "record ", "enum ");

    private CodecNames() {}

    /// The codec of that very name, if it is one that a name and the loader's classes suffice for.
    static Optional<Codec<?>> find(String name, ClassLoader loader) {
        if (name.equals(Codecs.tagged().name())) {
            return Optional.of(Codecs.tagged());
        }
        return typeOf(name, loader)
                .flatMap(type -> ofType(name, type))
                .filter(codec -> codec.name().equals(name));
    }

    /// The codec whose name has that beginning and so many bytes, of a class that a policy allows.
    static Codec<?> find(String beginning, int bytes, SerializationPolicy policy, ClassLoader loader) {
        if (beginning.equals(Codecs.tagged().name())) {
            return Codecs.tagged(policy, loader);
        }
        for (Class<?> type : BUILT_IN) {
            if (Codecs.of(type).name().equals(beginning)) {
                return Codecs.of(type);
            }
        }
        final String className = classIn(beginning);
        if (className == null) {
            throw new CodecException("codec \"" + beginning + "\" cannot be found by its name alone");
        }
        if (!policy.allowsName(className)) {
            throw new ClassRefusedException("class " + className + ", which codec \"" + beginning
                    + "\" is of, is not allowed: add it with SerializationPolicy.allowing");
        }
        final Codec<?> codec = ofType(beginning, loaded(className, loader)).orElse(null);
        if (codec == null
                || !codec.name().startsWith(beginning)
                || codec.name().getBytes(StandardCharsets.UTF_8).length != bytes) {
            throw new ClassRefusedException("class " + className + " is here in another version than that of codec \""
                    + beginning + "\"" + (codec == null ? "" : ", that of \"" + codec.name() + '"')
                    + ": use the same version of it");
        }
        return codec;
    }

    private static Class<?> loaded(String className, ClassLoader loader) {
        try {
            return Class.forName(className, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new ClassRefusedException("class " + className + " is not here: add it to the class path", e);
        }
    }

    /// The name of the class that a codec's name is of, null if it is of none.
    private static @Nullable String classIn(String name) {
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                return name.substring(prefix.length()).split("[ (\\[]", 2)[0];
            }
        }
        return null;
    }

    /// The class whose values a codec of that name writes, if there is one, and the loader has it.
    static Optional<Class<?>> typeOf(String name, ClassLoader loader) {
        for (Class<?> type : BUILT_IN) {
            if (Codecs.of(type).name().equals(name)) {
                return Optional.of(type);
            }
        }
        final String className = classIn(name);
        try {
            return className == null
                    ? Optional.empty()
                    : Optional.of(Class.forName(className, false, loader)); // Nothing of it runs because of a name.
        } catch (ClassNotFoundException e) {
            return Optional.empty(); // The name is of another program's class.
        }
    }

    private static Optional<Codec<?>> ofType(String name, Class<?> type) {
        if (name.startsWith(FIXED_RECORD)) {
            return RecordLayout.hasLayout(type) ? Optional.of(FixedRecordCodec.of(type)) : Optional.empty();
        }
        return type.isRecord() || type.isEnum() || BUILT_IN.contains(type)
                ? Optional.of(Codecs.of(type))
                : Optional.empty();
    }
}
