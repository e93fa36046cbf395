package dev.backplane.jmx;

import dev.backplane.Manager;
import dev.backplane.shm.LockNumbers;
import dev.backplane.shm.ObjectType;
import dev.backplane.store.CatalogEntry;
import dev.backplane.store.SegmentView;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/// The JMX beans of a manager's segment: one for the segment, one for each of its queues and locks.
///
/// | bean | name |
/// |---|---|
/// | [SegmentMXBean] | `dev.backplane:type=Segment,segment="…"` |
/// | [QueueMXBean] | `dev.backplane:type=Queue,segment="…",name="…"` |
/// | [LockMXBean] | `dev.backplane:type=Lock,segment="…",name="…"` |
///
/// Values in names are quoted as [ObjectName#quote] does, so whatever an object is called, it has a bean. The beans
/// only read, by a mapping of their own: they take no slot and no lock, and work on a segment whose processes are all
/// dead or stuck. The manager may be closed before them.
///
/// Objects that are created later have beans after [#refresh], which is also an operation of the segment's bean.
///
/// Thread-safe.
public final class ManagerMBeans implements AutoCloseable {
    private final SegmentView view;
    private final Beans beans;

    private ManagerMBeans(SegmentView view, MBeanServer server) {
        this.view = view;
        this.beans = new Beans(server);
    }

    /// Registers beans with the platform's server.
    ///
    /// @param manager of a segment of this host
    /// @return to be closed when they are no longer wanted
    /// @throws IllegalStateException if there are beans of these names already
    /// @throws UnsupportedOperationException if the manager is the client of a remote one
    /// @throws IOException if the segment cannot be looked at: its file is gone
    public static ManagerMBeans register(Manager manager) throws IOException {
        return register(manager, ManagementFactory.getPlatformMBeanServer());
    }

    /// Registers beans.
    ///
    /// @param manager of a segment of this host
    /// @param server where
    /// @return to be closed when they are no longer wanted
    /// @throws IllegalStateException if there are beans of these names already
    /// @throws UnsupportedOperationException if the manager is the client of a remote one
    /// @throws IOException if the segment cannot be looked at: its file is gone
    public static ManagerMBeans register(Manager manager, MBeanServer server) throws IOException {
        final ManagerMBeans registered =
                new ManagerMBeans(SegmentView.open(Path.of(manager.handle().path())), server);
        boolean done = false;
        try {
            registered.begin();
            done = true;
            return registered;
        } finally {
            if (!done) {
                registered.close();
            }
        }
    }

    private String segment() {
        return view.path().toString();
    }

    private ObjectName name() {
        return Beans.name("Segment", "segment", segment());
    }

    private synchronized void begin() {
        beans.add(name(), 0, new SegmentBean(view, this::refresh), SegmentMXBean.class);
        refresh();
    }

    /// Registers beans for queues and locks that have come since, and takes those away whose object was removed.
    ///
    /// @throws IllegalStateException if these are closed
    public synchronized void refresh() {
        final Set<ObjectName> present = new HashSet<>();
        present.add(name());
        for (CatalogEntry entry : view.entries()) {
            if (!entry.removed()) {
                ObjectType.of(entry.type()).ifPresent(type -> add(entry, type, present));
            }
        }
        beans.keepOnly(present);
    }

    private void add(CatalogEntry entry, ObjectType type, Set<ObjectName> present) {
        if (type == ObjectType.QUEUE) {
            final ObjectName name = Beans.name("Queue", "segment", segment(), "name", entry.name());
            present.add(name);
            beans.add(name, entry.incarnation(), new QueueBean(view, entry), QueueMXBean.class);
        } else if (LockNumbers.areOf(type)) {
            final ObjectName name = Beans.name("Lock", "segment", segment(), "name", entry.name());
            present.add(name);
            beans.add(name, entry.incarnation(), new LockBean(view, entry), LockMXBean.class);
        }
    }

    /// The names of the beans that are registered now.
    ///
    /// @return a copy
    public synchronized Set<ObjectName> names() {
        return beans.names();
    }

    /// Takes the beans away. Closing again does nothing.
    @Override
    public synchronized void close() {
        beans.keepOnly(Set.of());
        view.close();
    }
}
