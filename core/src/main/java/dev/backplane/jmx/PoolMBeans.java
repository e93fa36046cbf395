package dev.backplane.jmx;

import dev.backplane.pool.ProcessPool;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/// The JMX bean of a pool of this JVM, a [PoolMXBean]: `dev.backplane:type=Pool,name="…"`.
///
/// It only reads. When the pool has ended, its attributes fail.
///
/// Thread-safe.
public final class PoolMBeans implements AutoCloseable {
    private final ObjectName name;
    private final Beans beans;

    private PoolMBeans(ObjectName name, Beans beans) {
        this.name = name;
        this.beans = beans;
    }

    /// Registers a bean with the platform's server.
    ///
    /// @param pool that lives
    /// @return to be closed when it is no longer wanted
    /// @throws IllegalStateException if there is a bean of that name already: name the pools apart
    /// @throws IOException if the pool has ended
    public static PoolMBeans register(ProcessPool pool) throws IOException {
        return register(pool, ManagementFactory.getPlatformMBeanServer());
    }

    /// Registers a bean.
    ///
    /// @param pool that lives
    /// @param server where
    /// @return to be closed when it is no longer wanted
    /// @throws IllegalStateException if there is a bean of that name already: name the pools apart
    /// @throws IOException if the pool has ended
    public static PoolMBeans register(ProcessPool pool, MBeanServer server) throws IOException {
        final ObjectName name = Beans.name("Pool", "name", pool.status().name());
        final Beans beans = new Beans(server);
        beans.add(name, 0, new PoolBean(pool), PoolMXBean.class);
        return new PoolMBeans(name, beans);
    }

    /// The bean's name.
    ///
    /// @return as registered
    public ObjectName name() {
        return name;
    }

    /// Takes the bean away. Closing again does nothing.
    @Override
    public synchronized void close() {
        beans.keepOnly(Set.of());
    }
}
