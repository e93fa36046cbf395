package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectOptions;
import dev.backplane.ListOptions;
import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.SharedList;
import dev.backplane.SharedMap;
import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import dev.backplane.pickle.PythonException;
import dev.backplane.remote.Takes.Taken;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What clients take out of shared objects goes to one of them, or stays.
@NullUnmarked
final class TakesTest {
    private static final long SECONDS = 60;
    private static final int ELEMENTS = 4000;
    private static final int TAKERS = 3;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager manager;

    @BeforeEach
    void open() throws IOException {
        manager = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    /// Takes elements until there are none.
    private interface Taker {
        /// Takes the last element.
        void take() throws InterruptedException;
    }

    private static int takeAll(Taker taker, Class<? extends Exception> end) {
        int count = 0;
        while (true) {
            try {
                taker.take();
                count++;
            } catch (Exception e) {
                if (end.isInstance(e)) {
                    return count;
                }
                throw new AssertionError("after " + count, e);
            }
        }
    }

    private static int takenByAll(Taker taker, Class<? extends Exception> end) throws Exception {
        final List<FutureTask<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < TAKERS; i++) {
            final FutureTask<Integer> task = new FutureTask<>(() -> takeAll(taker, end));
            tasks.add(task);
            Thread.ofPlatform().daemon().start(task);
        }
        int count = 0;
        for (FutureTask<Integer> task : tasks) {
            count += task.get(SECONDS, TimeUnit.SECONDS);
        }
        return count;
    }

    private static List<Long> numbers() {
        final List<Long> numbers = new ArrayList<>();
        for (long i = 0; i < ELEMENTS; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    @Test
    void theLastElementOfAListIsTakenByOneUntilThereIsNone() throws Exception {
        final SharedList<Long> list = manager.list("list", Codecs.of(Long.class), ListOptions.elements(ELEMENTS));
        list.addAll(numbers());
        final Referent named = NamedList.of(list);
        assertEquals(ELEMENTS, takenByAll(() -> new TestCaller().call(named, "pop"), PythonException.class));
        assertEquals(
                "builtins.IndexError", new TestCaller().refused(named, "pop").type());
    }

    @Test
    void theLastElementThatAJvmTakesIsTakenByOneUntilThereIsNone() throws Exception {
        try (ManagerServer server = serve();
                Manager client = connect(server)) {
            final SharedList<Long> list = client.list("list", Codecs.of(Long.class), ListOptions.elements(ELEMENTS));
            list.addAll(numbers());
            assertEquals(ELEMENTS, takenByAll(list::removeLast, NoSuchElementException.class));
        }
    }

    private ManagerServer serve() throws Exception {
        return ManagerServer.builder()
                .address("unix:" + directory.resolve("socket"))
                .authkey(new byte[] {1, 2, 3})
                .manager(manager)
                .start();
    }

    private static Manager connect(ManagerServer server) throws Exception {
        return Manager.connect(server.endpoint().toString(), ConnectOptions.authkey(new byte[] {1, 2, 3}));
    }

    @SuppressWarnings("NullAway") // Of elements that are never null.
    private static Codec<Object> tagged() {
        return Codecs.tagged();
    }

    private static Object refuse(Object element) {
        throw new IllegalArgumentException("refused: " + element);
    }

    private static void takeFrom(Manager from) throws IOException {
        final SharedMap<Object, Object> map = from.map("map", tagged(), tagged(), MapOptions.entries(8));
        final Set<Object> written = new HashSet<>(List.of(1, 4)); // In another order, once it has been read.
        map.put("k", written);
        assertThrows(IllegalArgumentException.class, () -> Takes.ofMap(map, "k", TakesTest::refuse));
        assertEquals(written, map.get("k"));
        assertEquals(new Taken<>(written), Takes.ofMap(map, "k", value -> value));
        assertNull(Takes.ofMap(map, "k", TakesTest::refuse));
        assertTrue(map.isEmpty());
        final SharedList<Object> list = from.list("list", tagged(), ListOptions.elements(8));
        list.add(written);
        list.add("last");
        assertThrows(IllegalArgumentException.class, () -> Takes.ofList(list, size -> 0, TakesTest::refuse));
        assertThrows(IndexOutOfBoundsException.class, () -> Takes.ofList(list, size -> 2, element -> element));
        assertEquals(List.of(written, "last"), List.copyOf(list));
        assertEquals(new Taken<>("last, sent"), Takes.ofList(list, size -> size - 1, element -> element + ", sent"));
        assertEquals(new Taken<>(written), Takes.ofList(list, size -> size - 1, element -> element));
        assertTrue(list.isEmpty());
    }

    @Test
    void whatIsRefusedStaysAndTheRestIsTaken() throws Exception {
        takeFrom(manager);
    }

    @Test
    void thatHoldsForObjectsOfAnotherServerToo() throws Exception {
        try (ManagerServer server = serve();
                Manager client = connect(server)) {
            takeFrom(client);
        }
    }
}
