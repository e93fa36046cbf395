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
    private static final String RECORD = "record ";
    private static final String ENUM = "enum ";

    private CodecNames() {}

    /// The codec of that very name, if it is one that a name and the loader's classes suffice for.
    static Optional<Codec<?>> find(String name, ClassLoader loader) {
        if (name.equals(Codecs.tagged().name())) {
            return Optional.of(Codecs.tagged());
        }
        for (Class<?> type : BUILT_IN) {
            if (Codecs.of(type).name().equals(name)) {
                return Optional.of(Codecs.of(type));
            }
        }
        return ofClass(name, loader).filter(codec -> codec.name().equals(name));
    }

    private static Optional<Codec<?>> ofClass(String name, ClassLoader loader) {
        final boolean fixed = name.startsWith(FIXED_RECORD);
        final String prefix = fixed ? FIXED_RECORD : name.startsWith(RECORD) ? RECORD : ENUM;
        if (!name.startsWith(prefix)) {
            return Optional.empty();
        }
        final String className = name.substring(prefix.length()).split("[ (\\[]", 2)[0];
        try {
            final Class<?> type = Class.forName(className, false, loader); // Nothing of it runs because of a name.
            if (fixed) {
                return RecordLayout.hasLayout(type) ? Optional.of(FixedRecordCodec.of(type)) : Optional.empty();
            }
            return type.isRecord() || type.isEnum() ? Optional.of(Codecs.of(type)) : Optional.empty();
        } catch (ClassNotFoundException e) {
            return Optional.empty(); // The name is of another program's class.
        }
    }
}
