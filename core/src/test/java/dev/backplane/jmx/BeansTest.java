package dev.backplane.jmx;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.SharedLock;
import dev.backplane.SharedQueue;
import dev.backplane.pool.ProcessPool;
import dev.backplane.pool.TaskException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.management.AttributeNotFoundException;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The beans of managers and pools, read as a console reads them.
final class BeansTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();

    private Set<ObjectName> registered() {
        return server.queryNames(null, null).stream()
                .filter(name -> name.getDomain().equals("dev.backplane"))
                .collect(Collectors.toSet());
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(Set.of(), registered());
    }

    private <T> T bean(ObjectName name, Class<T> type) {
        return JMX.newMXBeanProxy(server, name, type);
    }

    private ObjectName named(String type, String name) {
        return registered().stream()
                .filter(one -> one.getKeyProperty("type").equals(type)
                        && ObjectName.unquote(one.getKeyProperty("name")).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type + " " + name + " in " + registered()));
    }

    @Test
    void aSegmentTellsWhoIsAttachedAndHowFullItIs() throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager manager = Manager.open(path, SegmentOptions.defaults().withLabel("teller"));
                ManagerMBeans beans = ManagerMBeans.register(manager, server)) {
            manager.longArray("array", 1000);
            final ObjectName name = beans.names().iterator().next();
            assertEquals("Segment", name.getKeyProperty("type"));
            assertEquals(path.toString(), ObjectName.unquote(name.getKeyProperty("segment")));
            final SegmentMXBean segment = bean(name, SegmentMXBean.class);
            assertEquals(path.toString(), segment.getPath());
            assertEquals(manager.handle().id().toString(), segment.getId());
            assertEquals(8000, segment.getUsedBytes());
            assertEquals(segment.getSizeBytes() - 8000, segment.getFreeBytes());
            assertEquals(1, segment.getObjectCount());
            assertTrue(segment.getObjectCapacity() > 1);
            assertEquals(1, segment.getParticipantCount());
            assertEquals(0, segment.getDeadParticipantCount());
            assertTrue(segment.getParticipantCapacity() > 1);
            final ParticipantData self = segment.getParticipants().getFirst();
            assertEquals(ProcessHandle.current().pid(), self.pid());
            assertEquals("teller", self.label());
            assertTrue(self.alive());
            final CompositeData[] plain = (CompositeData[]) server.getAttribute(name, "Participants");
            assertEquals("teller", plain[0].get("label")); // As a console sees it, without our classes.
        }
    }

    @Test
    void queuesAndLocksHaveBeansWhateverTheyAreCalled() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("a segment, with=signs"))) {
            final SharedQueue<String> queue = manager.queue("q,:=\"*?\n", 3);
            final SharedLock lock = manager.lock("plain");
            final SharedLock fair = manager.lock("fair", LockOptions.defaults().asFair());
            manager.readWriteLock("both").readLock().lock();
            manager.event("has none");
            try (ManagerMBeans beans = ManagerMBeans.register(manager, server)) {
                assertEquals(5, beans.names().size(), beans.names().toString());
                assertEquals(beans.names(), registered());
                queue.put("x");
                final QueueMXBean queueBean = bean(named("Queue", "q,:=\"*?\n"), QueueMXBean.class);
                assertEquals("q,:=\"*?\n", queueBean.getName());
                assertEquals(1, queueBean.getDepth());
                assertEquals(3, queueBean.getCapacity());
                assertFalse(queueBean.isShutDown());
                final LockMXBean both = bean(named("Lock", "both"), LockMXBean.class);
                assertEquals("read-write lock", both.getKind());
                assertEquals(1, both.getReaders());
                assertEquals(0, both.getOwnerPid());
                checkWaiters(lock, bean(named("Lock", "plain"), LockMXBean.class), "lock", -1);
                checkWaiters(fair, bean(named("Lock", "fair"), LockMXBean.class), "fair lock", 1);
            }
        }
    }

    private static void checkWaiters(SharedLock lock, LockMXBean bean, String kind, int waiters) throws Exception {
        assertEquals(kind, bean.getKind());
        assertEquals(0, bean.getOwnerPid());
        assertFalse(bean.isContended());
        final Thread waiter;
        lock.lock();
        try {
            assertEquals(ProcessHandle.current().pid(), bean.getOwnerPid());
            assertTrue(bean.isOwnerAlive());
            waiter = Thread.ofPlatform().start(() -> {
                assertDoesNotThrow(() -> lock.tryLock(1, TimeUnit.MINUTES));
                lock.unlock();
            });
            Eventually.holds("the waiter is seen", bean::isContended);
            Eventually.holds("it is counted, if it is", () -> bean.getWaiters() == waiters);
        } finally {
            lock.unlock();
        }
        waiter.join();
        assertFalse(bean.isAbandoned());
    }

    @Test
    void beansComeAndGoWithTheirObjects() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"));
                ManagerMBeans beans = ManagerMBeans.register(manager, server)) {
            final ObjectName segment = beans.names().iterator().next();
            manager.<String>queue("queue", 3).put("x");
            manager.queue("other", 3);
            bean(segment, SegmentMXBean.class).refresh();
            final ObjectName queue = named("Queue", "queue");
            assertEquals(1, bean(queue, QueueMXBean.class).getDepth());
            assertTrue(manager.remove("queue"));
            beans.refresh();
            assertEquals(new TreeSet<>(Set.of(segment, named("Queue", "other"))), new TreeSet<>(beans.names()));
            manager.queue("queue", 7);
            beans.refresh();
            assertEquals(7, bean(queue, QueueMXBean.class).getCapacity());
            assertTrue(manager.remove("queue"));
            manager.queue("queue", 9);
            beans.refresh();
            assertEquals(9, bean(queue, QueueMXBean.class).getCapacity());
        }
    }

    @Test
    void aBeanOfWhatWasRemovedSaysSo() throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager other = Manager.open(path)) {
            try (Manager manager = Manager.open(path)) {
                manager.queue("queue", 3);
            }
            try (ManagerMBeans beans = ManagerMBeans.register(other, server)) {
                final ObjectName queue = named("Queue", "queue");
                assertTrue(other.remove("queue"));
                final QueueMXBean bean = bean(queue, QueueMXBean.class);
                final IllegalStateException failure = assertThrows(IllegalStateException.class, bean::getDepth);
                assertTrue(failure.toString().contains("queue was removed from " + path), failure.toString());
                assertEquals(2, beans.names().size());
            }
        }
    }

    @Test
    void nothingCanBeChangedThroughABean() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"))) {
            manager.queue("queue", 3);
            try (ManagerMBeans beans = ManagerMBeans.register(manager, server)) {
                for (ObjectName name : beans.names()) {
                    for (var attribute : server.getMBeanInfo(name).getAttributes()) {
                        assertFalse(attribute.isWritable(), name + " " + attribute.getName());
                    }
                }
                assertThrows(
                        AttributeNotFoundException.class,
                        () -> server.setAttribute(named("Queue", "queue"), new javax.management.Attribute("Depth", 0)));
            }
        }
    }

    @Test
    void aSecondRegistrationIsRefusedAndLeavesNothing() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"));
                ManagerMBeans beans = ManagerMBeans.register(manager, server)) {
            manager.queue("queue", 3);
            assertThrows(IllegalStateException.class, () -> ManagerMBeans.register(manager, server));
            assertEquals(beans.names(), registered());
        }
    }

    @Test
    void anAnonymousSegmentHasBeansToo() throws Exception {
        try (Manager manager = Manager.anonymous("beans", SegmentOptions.defaults())) {
            manager.queue("queue", 3);
            try (ManagerMBeans beans = ManagerMBeans.register(manager, server)) {
                assertEquals(2, beans.names().size());
                assertEquals(3, bean(named("Queue", "queue"), QueueMXBean.class).getCapacity());
            }
        }
    }

    @Test
    void aPoolTellsWhatItsWorkersDo() throws Exception {
        try (ProcessPool pool =
                        ProcessPool.builder().workers(1).name("a pool, of=one").start();
                PoolMBeans bean = PoolMBeans.register(pool, server)) {
            assertEquals("a pool, of=one", ObjectName.unquote(bean.name().getKeyProperty("name")));
            assertEquals(List.of(2, 3), pool.map(List.of(1, 2), x -> x + 1, 1, done -> {}));
            assertThrows(
                    TaskException.class,
                    () -> pool.apply(() -> {
                        throw new IllegalStateException("no");
                    }));
            final PoolMXBean seen = bean(bean.name(), PoolMXBean.class);
            assertEquals("a pool, of=one", seen.getName());
            assertEquals(1, seen.getPlaces());
            assertEquals(3, seen.getTasksDone());
            assertEquals(1, seen.getTasksFailed());
            assertEquals(0, seen.getBusyWorkers());
            assertEquals(0, seen.getTasksHeld());
            final WorkerData worker = seen.getWorkers().getFirst();
            assertEquals(1, worker.number());
            assertEquals(pool.workers().getFirst().pid(), worker.pid());
            assertEquals("IDLE", worker.state());
            assertEquals(3, worker.tasksDone());
        }
    }
}
