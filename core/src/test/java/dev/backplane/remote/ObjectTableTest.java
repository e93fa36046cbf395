package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.pickle.PythonDict;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonObject;
import dev.backplane.pickle.PythonTuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which objects are there, and how long.
final class ObjectTableTest {
    private static final long DEADLINE_NANOS = 60_000_000_000L;

    private final ObjectTable objects = new ObjectTable(1000);

    private static PythonTuple proxyOf(Exported exported) {
        return PythonTuple.of(
                PythonObject.global("multiprocessing.managers", "ListProxy"),
                Opaque.object(Proxies.TOKEN, PythonTuple.of("list", "an address", exported.ident())),
                "pickle",
                new PythonDict());
    }

    /// Waits for the garbage collector, which is asked again and again.
    private void assertGoes(String ident) {
        final long begin = System.nanoTime();
        while (objects.held(ident) != null) {
            assertTrue(System.nanoTime() - begin < DEADLINE_NANOS, "the object stays");
            System.gc();
            Thread.onSpinWait();
        }
    }

    @Test
    void thereAreNoMoreThanItSays() {
        final ObjectTable few = new ObjectTable(2);
        final Referent known = new EventReferent();
        few.export(known, 0);
        final Exported second = few.export(new EventReferent(), 0);
        assertEquals(
                "builtins.MemoryError",
                assertThrows(PythonException.class, () -> few.export(new EventReferent(), 0))
                        .type());
        few.export(known, 0);
        few.subtract(second.ident(), 0);
        few.export(new EventReferent(), 0);
        assertEquals(2, few.size());
    }

    @Test
    void anObjectGoesWithItsLastReference() {
        final Exported exported = objects.export(new EventReferent(), 0);
        objects.add(exported.ident(), 0);
        objects.subtract(exported.ident(), 0);
        assertSame(exported, objects.find(exported.ident()));
        assertEquals(1, objects.size());
        objects.subtract(exported.ident(), 0);
        assertEquals(0, objects.size());
        assertEquals(
                "builtins.KeyError",
                assertThrows(PythonException.class, () -> objects.find(exported.ident()))
                        .type());
        assertThrows(PythonException.class, () -> objects.add(exported.ident(), 0));
        assertThrows(PythonException.class, () -> objects.subtract(exported.ident(), 0));
        assertThrows(PythonException.class, () -> objects.find(null));
        assertThrows(PythonException.class, () -> objects.find(7L));
    }

    @Test
    void oneObjectHasOneIdentifierAndNoTwoServersGiveTheSame() {
        final Referent event = new EventReferent();
        final Exported exported = objects.export(event, 0);
        assertSame(exported, objects.export(event, 0));
        objects.subtract(exported.ident(), 0);
        assertSame(exported, objects.find(exported.ident()));
        final ObjectTable other = new ObjectTable(1000);
        assertNotEquals(exported.ident(), other.export(event, 0).ident());
        assertNotEquals(exported.ident(), objects.export(new EventReferent(), 0).ident());
    }

    @Test
    void referencesOfAProcessAreForgottenAndNoOthers() {
        final Exported exported = objects.export(new EventReferent(), 1);
        objects.add(exported.ident(), 1);
        objects.add(exported.ident(), 2);
        objects.forget(3);
        assertEquals(3, exported.references());
        objects.forget(1);
        assertEquals(1, exported.references());
        objects.subtract(exported.ident(), 9); // By somebody who got it from process 2.
        assertEquals(0, objects.size());
        objects.forget(2);
        assertEquals(0, exported.references());
    }

    @Test
    void aProxyInAContainerKeepsItsObject() {
        final List<@Nullable Object> container = new ArrayList<>();
        final Exported exported = objects.export(new ListReferent(new ArrayList<>()), 0);
        final String ident = exported.ident();
        container.add(Proxies.read(proxyOf(exported), objects));
        objects.subtract(ident, 0);
        assertEquals(0, objects.size());
        System.gc();
        assertSame(exported.referent(), Proxies.referentOf(container.get(0)));
        objects.add(ident, 0); // A client gets it out of the container.
        container.clear();
        assertEquals(1, objects.size());
        objects.subtract(ident, 0);
    }

    @Test
    void whatNobodyReachesGoes() {
        assertGoes(kept());
    }

    private String kept() {
        final List<@Nullable Object> elements = new ArrayList<>();
        final Exported exported = objects.export(new ListReferent(elements), 0);
        final PythonObject proxy = Proxies.read(proxyOf(exported), objects);
        assertNotNull(proxy);
        elements.add(proxy); // A list with its own proxy in it.
        objects.subtract(exported.ident(), 0);
        assertSame(exported, objects.find(exported.ident()));
        return exported.ident();
    }

    @Test
    void whatIsNoProxyOfThisServerIsLeftAsItIs() {
        final Exported elsewhere = new ObjectTable(1000).export(new EventReferent(), 0);
        assertNull(Proxies.read(proxyOf(elsewhere), objects));
        assertNull(Proxies.read(PythonTuple.of(1L, 2L), objects));
        assertNull(Proxies.read(PythonTuple.of(1L, 2L, 3L, new PythonDict()), objects));
        assertNull(Proxies.referentOf("text"));
        assertNull(Proxies.identOf(Opaque.object(Proxies.TOKEN, PythonTuple.of("list", "address", 3L))));
    }
}
