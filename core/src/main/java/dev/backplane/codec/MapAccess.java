package dev.backplane.codec;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Records that are maps of their components by name, see [RecordLayout#ofMaps].
final class MapAccess implements RecordAccess {
    private final List<RecordLayout.Field> fields;

    MapAccess(List<RecordLayout.Field> fields) {
        this.fields = fields;
    }

    private static VarHandle handle(RecordLayout.Field field) {
        return RecordLayout.primitive(field.type()).varHandle();
    }

    @Override
    public void write(Object record, MemorySegment memory, long base) {
        final Map<?, ?> components = (Map<?, ?>) record;
        for (RecordLayout.Field field : fields) {
            final Object value = components.get(field.name());
            try {
                handle(field).set(memory, base + field.offset(), value);
            } catch (ClassCastException | NullPointerException e) {
                throw new CodecException(
                        "component " + field.name() + " is " + value + ", must be a " + field.type(), e);
            }
        }
    }

    @Override
    public Object read(MemorySegment memory, long base) {
        final Map<String, Object> components = new LinkedHashMap<>();
        for (RecordLayout.Field field : fields) {
            components.put(field.name(), (Object) handle(field).get(memory, base + field.offset()));
        }
        return components;
    }
}
