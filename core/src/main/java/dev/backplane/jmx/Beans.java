package dev.backplane.jmx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/// Beans that were registered together and go together. Not thread-safe.
final class Beans {
    private static final String DOMAIN = "dev.backplane";

    private final MBeanServer server;
    private final Map<ObjectName, Long> registered = new LinkedHashMap<>();

    Beans(MBeanServer server) {
        this.server = server;
    }

    /// The name of a bean: every value is quoted, whatever is in it.
    static ObjectName name(String type, String... keysAndValues) {
        final StringBuilder name = new StringBuilder(DOMAIN).append(":type=").append(type);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            name.append(',').append(keysAndValues[i]).append('=').append(ObjectName.quote(keysAndValues[i + 1]));
        }
        try {
            return new ObjectName(name.toString());
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException("no name for a bean: " + name, e);
        }
    }

    /// Registers a bean, in place of that of another id, unless the one of this id is registered already.
    ///
    /// @param id of what the bean is about, which tells it from others of the same name
    /// @throws IllegalStateException if there is one of that name
    <T> void add(ObjectName name, long id, T bean, Class<T> type) {
        final Long present = registered.get(name);
        if (present != null && present == id) {
            return;
        }
        if (present != null) {
            remove(name);
        }
        try {
            server.registerMBean(new StandardMBean(bean, type, true), name);
        } catch (InstanceAlreadyExistsException e) {
            throw new IllegalStateException(
                    "a bean " + name + " is registered already: close that registration first", e);
        } catch (JMException e) {
            throw new IllegalStateException("cannot register " + name + ": " + e.getMessage(), e);
        }
        registered.put(name, id);
    }

    Set<ObjectName> names() {
        return Set.copyOf(registered.keySet());
    }

    /// Takes away all but some.
    void keepOnly(Set<ObjectName> names) {
        for (ObjectName name : List.copyOf(registered.keySet())) {
            if (!names.contains(name)) {
                remove(name);
            }
        }
    }

    private void remove(ObjectName name) {
        registered.remove(name);
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException _) {
            // Somebody else took it away: it is not there, which is what is wanted.
        } catch (JMException e) {
            throw new IllegalStateException("cannot take " + name + " away: " + e.getMessage(), e);
        }
    }
}
