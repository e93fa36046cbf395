package dev.backplane.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.jmx.LockMXBean;
import dev.backplane.jmx.PoolMXBean;
import dev.backplane.jmx.QueueMXBean;
import dev.backplane.jmx.SegmentMXBean;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.IntrospectionException;
import javax.management.MBeanAttributeInfo;
import javax.management.NotCompliantMBeanException;
import javax.management.StandardMBean;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.Test;

/// docs/OBSERVING.md, beside the events and beans that there are.
final class ObservingDocumentTest {
    private static final Set<String> OF_EVERY_EVENT = Set.of("startTime", "duration", "eventThread", "stackTrace");
    private static final Pattern CODE = Pattern.compile("`([A-Za-z]+)`");

    private static List<String> rows(String prefix) throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "OBSERVING.md")).stream()
                .filter(line -> line.startsWith("| `" + prefix))
                .toList();
    }

    private static Set<String> named(String cell) {
        final Set<String> names = new TreeSet<>();
        final Matcher code = CODE.matcher(cell);
        while (code.find()) {
            names.add(code.group(1));
        }
        return names;
    }

    @Test
    void eachEventIsThereWithItsFields() throws IOException {
        final List<String> rows = rows("dev.backplane.");
        assertEquals(FlightEvents.types().size(), rows.size());
        for (Class<? extends jdk.jfr.Event> type : FlightEvents.types()) {
            final EventType event = EventType.getEventType(type);
            final String row = rows.stream()
                    .filter(line -> line.startsWith("| `" + event.getName() + "`"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no row for " + event.getName()));
            final Set<String> fields = event.getFields().stream()
                    .map(ValueDescriptor::getName)
                    .filter(name -> !OF_EVERY_EVENT.contains(name))
                    .collect(Collectors.toCollection(TreeSet::new));
            final Set<String> said = named(row.split("\\|", -1)[4]);
            said.remove("TaskGiven");
            assertEquals(fields, said, event.getName());
        }
    }

    @Test
    void eachBeanIsThereWithItsAttributes() throws Exception {
        check("Segment", SegmentMXBean.class, "refresh");
        check("Queue", QueueMXBean.class, "");
        check("Lock", LockMXBean.class, "");
        check("Pool", PoolMXBean.class, "");
    }

    private static <T> void check(String type, Class<T> bean, String operation)
            throws IOException, IntrospectionException, NotCompliantMBeanException {
        final List<String> rows = rows("dev.backplane:type=" + type + ",");
        assertEquals(1, rows.size(), type);
        final T nothing = bean.cast(java.lang.reflect.Proxy.newProxyInstance(
                bean.getClassLoader(), new Class<?>[] {bean}, (_, _, _) -> null));
        final Set<String> attributes = Arrays.stream(
                        new StandardMBean(nothing, bean, true).getMBeanInfo().getAttributes())
                .map(MBeanAttributeInfo::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        final Set<String> said = named(rows.getFirst().split("\\|", -1)[2]);
        assertTrue(operation.isEmpty() || said.remove(operation), type);
        assertEquals(attributes, said, type);
    }
}
