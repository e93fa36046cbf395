package dev.backplane.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The components of a record class: how to write them, and how to make a record of them again.
///
/// Primitive components are written in their fixed lengths and without boxing, references by whoever calls. By
/// method handles to the accessors and the canonical constructor, which runs the record's own checks. A record
/// may be private; no flag is needed where its package is open to this one, as all are that stand on the class
/// path.
final class RecordShape {
    private static final ClassValue<RecordShape> SHAPES = new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
            return new RecordShape(type);
        }
    };

    private final Class<?> type;
    private final Class<?>[] componentTypes;
    /// Each takes an `Object`, the record, and returns the component's own type or, for references, `Object`.
    private final MethodHandle[] accessors;
    /// Takes an `Object[]`, the components, and returns an `Object`.
    private final MethodHandle constructor;

    private final String signature;
    private final int fixedLength;

    private RecordShape(Class<?> type) {
        this.type = type;
        final RecordComponent[] components = type.getRecordComponents();
        this.componentTypes =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        this.signature = Arrays.stream(components)
                .map(component ->
                        component.getName() + ":" + component.getType().getName())
                .collect(Collectors.joining(",", "(", ")"));
        this.accessors = new MethodHandle[components.length];
        try {
            final MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            for (int i = 0; i < components.length; i++) {
                final Class<?> result = componentTypes[i].isPrimitive() ? componentTypes[i] : Object.class;
                accessors[i] = lookup.unreflect(components[i].getAccessor())
                        .asType(MethodType.methodType(result, Object.class));
            }
            this.constructor = lookup.findConstructor(type, MethodType.methodType(void.class, componentTypes))
                    .asSpreader(Object[].class, components.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (IllegalAccessException | NoSuchMethodException e) {
            throw new CodecException(
                    "cannot reach the components of record " + type.getName() + ": open its package "
                            + type.getPackageName() + " to dev.backplane.codec, or give it a codec of its own",
                    e);
        }
        this.fixedLength = fixedLength(componentTypes);
    }

    private static int fixedLength(Class<?>[] types) {
        int length = 0;
        for (Class<?> component : types) {
            if (!component.isPrimitive()) {
                return Codec.VARIABLE;
            }
            length += Codecs.of(component).fixedLength();
        }
        return length;
    }

    /// The shape of a record class.
    static RecordShape of(Class<?> type) {
        return SHAPES.get(type);
    }

    /// Names and types of the components, by which two versions of a record are told apart.
    String signature() {
        return signature;
    }

    /// How many bytes a record takes, or [Codec#VARIABLE].
    int fixedLength() {
        return fixedLength;
    }

    /// Appends the components.
    void write(Object record, CodecOutput out, Consumer<@Nullable Object> references) {
        for (int i = 0; i < accessors.length; i++) {
            try {
                writeComponent(accessors[i], componentTypes[i], record, out, references);
            } catch (Error | CodecException e) {
                throw e;
            } catch (Throwable e) {
                throw new CodecException("an accessor of record " + type.getName() + " failed: " + e, e);
            }
        }
    }

    private static void writeComponent(
            MethodHandle accessor,
            Class<?> component,
            Object record,
            CodecOutput out,
            Consumer<@Nullable Object> references)
            throws Throwable {
        if (component == int.class) {
            out.putInt((int) accessor.invokeExact(record));
        } else if (component == long.class) {
            out.putLong((long) accessor.invokeExact(record));
        } else if (component == double.class) {
            out.putDouble((double) accessor.invokeExact(record));
        } else if (component == boolean.class) {
            out.putByte((boolean) accessor.invokeExact(record) ? 1 : 0);
        } else if (component == float.class) {
            out.putFloat((float) accessor.invokeExact(record));
        } else if (component == byte.class) {
            out.putByte((byte) accessor.invokeExact(record));
        } else if (component == short.class) {
            out.putShort((short) accessor.invokeExact(record));
        } else if (component == char.class) {
            out.putShort((char) accessor.invokeExact(record));
        } else {
            references.accept((Object) accessor.invokeExact(record));
        }
    }

    /// Reads the components and makes a record of them.
    Object read(CodecInput in, Supplier<@Nullable Object> references) {
        final @Nullable Object[] components = new Object[componentTypes.length];
        for (int i = 0; i < components.length; i++) {
            final Class<?> component = componentTypes[i];
            components[i] = component.isPrimitive() ? Codecs.of(component).decode(in) : references.get();
        }
        try {
            return (Object) constructor.invokeExact(components);
        } catch (Error | CodecException e) {
            throw e;
        } catch (Throwable e) {
            throw new CodecException("cannot make a " + type.getName() + " of what was read: " + e, e);
        }
    }
}
