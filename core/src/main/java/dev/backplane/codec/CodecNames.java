package dev.backplane.codec;

import java.util.List;
import java.util.Optional;

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

    /// The class whose values a codec of that name writes, if there is one, and the loader has it.
    static Optional<Class<?>> typeOf(String name, ClassLoader loader) {
        for (Class<?> type : BUILT_IN) {
            if (Codecs.of(type).name().equals(name)) {
                return Optional.of(type);
            }
        }
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                final String className = name.substring(prefix.length()).split("[ (\\[]", 2)[0];
                try {
                    return Optional.of(
                            Class.forName(className, false, loader)); // Nothing of it runs because of a name.
                } catch (ClassNotFoundException e) {
                    return Optional.empty(); // The name is of another program's class.
                }
            }
        }
        return Optional.empty();
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
