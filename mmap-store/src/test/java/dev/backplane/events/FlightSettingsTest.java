package dev.backplane.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jdk.jfr.EventType;
import jdk.jfr.SettingDescriptor;
import org.junit.jupiter.api.Test;

/// The settings that are shipped, beside the events that there are.
final class FlightSettingsTest {
    private static Map<String, Set<String>> settings() {
        final Map<String, Set<String>> settings = new TreeMap<>();
        FlightSettings.configuration().getSettings().keySet().forEach(key -> {
            final int hash = key.indexOf('#');
            settings.computeIfAbsent(key.substring(0, hash), _ -> new TreeSet<>())
                    .add(key.substring(hash + 1));
        });
        return settings;
    }

    @Test
    void eachEventIsSetAndEachSettingIsOfAnEvent() {
        assertEquals(
                FlightEvents.types().stream()
                        .map(type -> EventType.getEventType(type).getName())
                        .collect(Collectors.toCollection(TreeSet::new)),
                settings().keySet());
    }

    @Test
    void eachSettingIsOneThatItsEventHas() {
        final Map<String, Set<String>> settings = settings();
        FlightEvents.types().forEach(type -> {
            final EventType event = EventType.getEventType(type);
            final Set<String> known = event.getSettingDescriptors().stream()
                    .map(SettingDescriptor::getName)
                    .collect(Collectors.toSet());
            assertTrue(
                    known.containsAll(settings.get(event.getName())),
                    () -> event.getName() + " has the settings " + known + ", set are "
                            + settings.get(event.getName()));
        });
    }

    @Test
    void eachEventHasANameALabelADescriptionAndACategory() {
        FlightEvents.types().forEach(type -> {
            final EventType event = EventType.getEventType(type);
            assertTrue(event.getName().startsWith("dev.backplane."), event.getName());
            assertEquals(type.getSimpleName(), event.getName().substring("dev.backplane.".length()) + "Event");
            assertEquals("Backplane", event.getCategoryNames().getFirst(), event.getName());
            assertTrue(event.getLabel() != null && event.getDescription() != null, event.getName());
            event.getFields()
                    .forEach(field -> assertTrue(
                            field.getLabel() != null && !field.getLabel().isEmpty(),
                            () -> event.getName() + "." + field.getName()));
        });
    }
}
