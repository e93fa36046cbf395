package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ListOptions;
import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.QueueOptions;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedList;
import dev.backplane.SharedMap;
import dev.backplane.SharedQueue;
import dev.backplane.SharedValue;
import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import dev.backplane.store.testing.Documents;
import dev.backplane.store.testing.Python;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every Python that is here as a client of a server in this JVM.
final class ManagerServerPythonTest {
    private static final byte[] KEY = "the manager's secret".getBytes(StandardCharsets.US_ASCII);
    private static final String CHECKS = "manager_checks.py";
    private static final List<Python.Version> VERSIONS = Python.some();

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @BeforeAll
    static void needsPython() {
        Assumptions.assumeFalse(VERSIONS.isEmpty(), "no python3 of 3.8 or newer");
    }

    static List<Python.Version> versions() {
        return VERSIONS;
    }

    static Stream<Arguments> versionsAndChecks() {
        return VERSIONS.stream()
                .flatMap(version -> Stream.of("opaque", "errors", "references", "threads", "killed")
                        .map(check -> Arguments.of(version, check)));
    }

    /// Of elements that are never null.
    @SuppressWarnings("NullAway")
    private static Codec<Object> tagged() {
        return Codecs.tagged();
    }

    private ManagerServerBuilder unix() {
        return ManagerServer.builder()
                .address("unix:" + directory.resolve("socket"))
                .authkey(KEY);
    }

    private static ManagerServerBuilder tcp() {
        return ManagerServer.builder().address("tcp://127.0.0.1:0").authkey(KEY);
    }

    private void check(ManagerServer server, Python.Version version, String script, String... arguments)
            throws IOException, InterruptedException {
        try (ScriptRun run =
                ScriptRun.start(directory.resolve("."), version, script, server.endpoint(), KEY, arguments)) {
            assertEquals("passed", run.succeeded());
        }
    }

    /// What Python's own tests of its managers ask for, all versions at once since they mostly wait.
    @Test
    void theStandardLibrarysTestsOfItsManagersPass() throws Exception {
        final List<ScriptRun> runs = new ArrayList<>();
        try (ManagerServer server = tcp().start()) {
            for (Python.Version version : VERSIONS) {
                runs.add(ScriptRun.start(
                        directory.resolve("."), version, "manager_standard.py", server.endpoint(), KEY));
            }
            boolean tested = false;
            for (ScriptRun run : runs) {
                final String result = run.succeeded();
                if (!result.equals("missing")) {
                    assertTrue(result.matches("passed \\d+"), result);
                    assertTrue(Integer.parseInt(result.substring("passed ".length())) > 0, result);
                    tested = true;
                }
            }
            Assumptions.assumeTrue(tested, "no Python with its tests");
        } finally {
            runs.forEach(ScriptRun::close);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void containersDoWhatPythonsDo(Python.Version version) throws Exception {
        try (ManagerServer server = unix().start()) {
            check(
                    server,
                    version,
                    "manager_containers.py",
                    Integer.toString(ThreadLocalRandom.current().nextInt(1_000_000)));
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndChecks")
    void clientsFindWhatPythonsServerOffers(Python.Version version, String check) throws Exception {
        try (ManagerServer server = version.minor() % 2 == 0 ? tcp().start() : unix().start()) {
            check(server, version, CHECKS, check);
            assertEquals(0, server.refusedClients());
        }
    }

    @Test
    void arraysOfNumpyComeBackAsTheyWere() throws Exception {
        final Python.Version numpys = Python.withNumpy().orElse(null);
        Assumptions.assumeTrue(numpys != null, "no Python with numpy");
        try (ManagerServer server = unix().start()) {
            check(server, numpys, CHECKS, "arrays");
        }
    }

    @Test
    void clientsAreServedByThreadsThatSpin() throws Exception {
        try (ManagerServer server =
                unix().waiting(Waiting.adaptive(java.time.Duration.ofMillis(1))).start()) {
            check(server, VERSIONS.getLast(), CHECKS, "threads");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void referencesOfAKilledProcessAreGivenUp(Python.Version version) throws Exception {
        try (ManagerServer server = unix().start()) {
            check(server, version, CHECKS, "orphans");
            assertEquals(0, server.objectCount());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void clientsCallObjectsOfTheApplication(Python.Version version) throws Exception {
        try (ManagerServer server = unix().start()) {
            final CountDownLatch waiting = new CountDownLatch(1);
            final CountDownLatch interrupted = new CountDownLatch(1);
            server.register("Counter", Counter.class, () -> new Counter.Plain(waiting, interrupted));
            check(server, version, CHECKS, "api");
            check(server, version, CHECKS, "interrupted");
        }
    }

    /// A record in a queue.
    record Pair(int x, double y) {}

    @ParameterizedTest
    @MethodSource("versions")
    void clientsAndTheJvmShareNamedObjects(Python.Version version) throws Exception {
        final SegmentOptions room = SegmentOptions.defaults();
        try (Manager manager = Manager.open(directory.resolve("shared"), room);
                ManagerServer server = unix().manager(manager).start()) {
            final SharedQueue<Object> orders =
                    manager.queue("orders", QueueOptions.capacity(10).asJoinable());
            orders.put(Map.of("id", 7, "names", List.of("a", "b"), "raw", new byte[] {1}));
            final SharedMap<Object, Object> stock = manager.map("stock", tagged(), tagged(), MapOptions.entries(10));
            stock.put("apples", 3L);
            final SharedList<Object> log = manager.list("log", tagged(), ListOptions.elements(10));
            log.add("java");
            manager.longValue("count").set(40);
            manager.doubleValue("ratio").set(0.5);
            manager.booleanValue("flag");
            final SharedIntArray samples = manager.intArray("samples", 4);
            samples.copyFrom(0, new int[] {1, 2, 3, 4}, 0, 4);
            final SharedValue<Object> config = manager.value("config", tagged(), 1000);
            final SharedQueue<Integer> typed = manager.queue("typed", QueueOptions.of(4, Codecs.of(Integer.class)));
            final SharedQueue<Pair> records = manager.queue("records", QueueOptions.of(4, Codecs.of(Pair.class)));
            check(server, version, CHECKS, "named");
            final List<?> fromPython = (List<?>) orders.take();
            assertEquals("from", fromPython.get(0));
            assertEquals("python", new String((byte[]) fromPython.get(1), StandardCharsets.US_ASCII));
            assertEquals(Arrays.asList(1L << 40, null, 1.5, true), fromPython.subList(2, 6));
            assertEquals(Map.of("apples", 3L, "pears", 4L, "figs", 8L), new HashMap<>(stock));
            assertEquals(List.of("java", "python", 2L), List.copyOf(log));
            assertEquals(43, manager.longValue("count").get());
            assertEquals(0.75, manager.doubleValue("ratio").get());
            assertTrue(manager.booleanValue("flag").get());
            assertEquals(
                    List.of(1, 20, 30, 40),
                    Arrays.stream(samples.toArray()).boxed().toList());
            assertEquals(Map.of("on", true), config.get());
            assertEquals(5, typed.take());
            assertEquals(new Pair(3, 4), records.take());
            check(server, version, CHECKS, "named_killed");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void valuesThatJavaHasTypesForComeAsPythonsOwn(Python.Version version) throws Exception {
        try (Manager manager = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
                ManagerServer server = unix().manager(manager).start()) {
            final SharedQueue<Object> values = manager.queue("values", 16);
            values.addAll(List.of(
                    new BigDecimal("1.10"),
                    new BigDecimal("1E+5"),
                    UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                    Instant.parse("2026-02-03T04:05:06.000007999Z"),
                    LocalDate.of(2024, 2, 29),
                    LocalDateTime.of(2024, 2, 29, 1, 2, 3),
                    LocalTime.of(1, 2, 3, 4999),
                    ZonedDateTime.of(2024, 2, 29, 1, 2, 3, 0, ZoneId.of("-05:00")),
                    Instant.MAX));
            check(server, version, CHECKS, "named_values");
            assertEquals(Instant.MAX, values.take());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aQueueThatIsShutDownSaysSoInTheClientsWords(Python.Version version) throws Exception {
        try (Manager manager = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
                ManagerServer server = unix().manager(manager).start()) {
            final SharedQueue<Object> ending = manager.queue("ending", 4);
            ending.put("last");
            ending.shutdown();
            check(server, version, CHECKS, "named_end");
        }
    }

    /// The example of the document, with another address.
    @ParameterizedTest
    @MethodSource("versions")
    void theDocumentedExampleRuns(Python.Version version) throws Exception {
        final String example = Documents.blocks(Documents.of("docs/PYTHON.md"), "python")
                .getFirst()
                .code();
        final Path script = directory.resolve("example.py");
        try (Manager manager = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
                ManagerServer server = unix().manager(manager).start()) {
            Files.writeString(
                    script,
                    example.replace("/run/orders.sock", ScriptRun.address(server.endpoint()))
                            .replace("b\"secret\"", "b\"the manager's secret\""));
            final SharedQueue<Object> orders =
                    manager.queue("orders", QueueOptions.capacity(100).asJoinable());
            orders.put(Map.of("fruit", "apples", "count", 3));
            try (ScriptRun run = ScriptRun.run(directory.resolve("."), version, script, List.of())) {
                run.succeeded();
            }
            assertEquals(3, manager.longValue("sold").get());
            assertEquals("3 apples", orders.take());
        }
    }
}
