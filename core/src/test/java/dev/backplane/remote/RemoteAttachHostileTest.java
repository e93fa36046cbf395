package dev.backplane.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectOptions;
import dev.backplane.Manager;
import dev.backplane.RemoteCallException;
import dev.backplane.codec.ClassRefusedException;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.pickle.PythonTuple;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server that lies about what its objects are: nothing of the client's runs for it, and nothing is opened.
@NullUnmarked
final class RemoteAttachHostileTest {
    private static final byte[] KEY = "the secret".getBytes(UTF_8);
    private static final String RUNS = RemoteAttachHostileTest.class.getName() + ".runs";

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile Object description;
    private ManagerServer server;

    /// Leaves a trace if it is initialised.
    enum Loud {
        ONE;

        static {
            System.setProperty(RUNS, "enum");
        }
    }

    /// Leaves a trace if it is initialised, and is no enum.
    static final class Plain {
        static {
            System.setProperty(RUNS, "class");
        }
    }

    /// Says what the test wants.
    private final class Liar extends JvmReferent {
        Liar() {
            super("client");
        }

        @Override
        Object perform(String method, Arguments arguments, Caller caller) {
            calls.add(method);
            return method.equals("attach") ? description : null;
        }
    }

    @BeforeEach
    void start() throws Exception {
        final ManagerServerBuilder builder = ManagerServer.builder()
                .address("unix:" + directory.resolve("socket"))
                .authkey(KEY);
        builder.registry().add(JvmClient.TYPE_ID, arguments -> new Liar());
        server = builder.start();
    }

    @AfterEach
    void end() throws Exception {
        server.close();
        System.clearProperty(RUNS);
    }

    private Manager connect(SerializationPolicy policy) throws Exception {
        return Manager.connect(
                server.endpoint().toString(), ConnectOptions.authkey(KEY).policy(policy));
    }

    private static List<PythonTuple> impossible() {
        final List<PythonTuple> all = new ArrayList<>();
        all.add(PythonTuple.EMPTY);
        all.add(PythonTuple.of((Object) null));
        all.add(PythonTuple.of(""));
        for (String kind :
                List.of("queue", "map", "list", "value", "struct", "channel", "topic", "condition", "lock")) {
            all.add(PythonTuple.of(kind));
            all.add(PythonTuple.of(kind, "int64"));
            all.add(PythonTuple.of(kind, List.of(), 5, 1, 16, false));
        }
        all.add(PythonTuple.of("queue", "int64", 5, 0, 16, false));
        all.add(PythonTuple.of("queue", "int64", 5, 1, 1L << 32, false));
        all.add(PythonTuple.of("queue", "int64", 5, 1, Integer.MAX_VALUE, false));
        all.add(PythonTuple.of("queue", "int64", 5, 1, 16, "no"));
        all.add(PythonTuple.of("queue", "x".repeat(100_000), 100_000, 1, 16, false));
        all.add(PythonTuple.of("queue", "int64", -1, 1, 16, false));
        all.add(PythonTuple.of("map", "int64", 5, "int64", 5, 1 << 30, 64, 64));
        all.add(PythonTuple.of("map", "int64", 5, "int64", 5, 4, 0, 64));
        all.add(PythonTuple.of("list", "int64", 5, -1, 8));
        all.add(PythonTuple.of("value", "int64", 5, 1.5));
        all.add(PythonTuple.of("struct", 5));
        all.add(PythonTuple.of("struct", PythonTuple.EMPTY));
        all.add(PythonTuple.of("struct", PythonTuple.of("long a", "int a")));
        all.add(PythonTuple.of("struct", PythonTuple.of("long 1a")));
        all.add(PythonTuple.of("struct", PythonTuple.of("java.lang.String a")));
        all.add(PythonTuple.of("channel", true, 1000));
        all.add(PythonTuple.of("channel", null, 1024));
        all.add(PythonTuple.of("topic", 0));
        all.add(PythonTuple.of("topic", 1025));
        all.add(PythonTuple.of("condition", false, ""));
        all.add(PythonTuple.of("semaphore", -1, false, true));
        all.add(PythonTuple.of("q", 0));
        all.add(PythonTuple.of("d", "much"));
        return all;
    }

    @Test
    void whatThereCannotBeIsRefused() throws Exception {
        try (Manager manager = connect(SerializationPolicy.standard())) {
            for (PythonTuple lie : impossible()) {
                description = lie;
                final String message = Refusal.of(
                        RemoteCallException.class, () -> manager.attach("n"), "cannot attach n", "which cannot be");
                assertTrue(message.length() < 2000, message);
            }
            description = PythonTuple.of("cupboard");
            Refusal.of(NoSuchElementException.class, () -> manager.attach("n"), "n is a cupboard");
            description = "queue";
            Refusal.of(NoSuchElementException.class, () -> manager.attach("n"), "n");
        }
        assertEquals(List.of(), calls.stream().filter("open"::equals).toList());
    }

    @Test
    void classesThatTheServerNamesAreNotInitialised() throws Exception {
        try (Manager manager = connect(SerializationPolicy.standard())) {
            description = list("enum " + Loud.class.getName() + "[ONE]");
            Refusal.of(ClassRefusedException.class, () -> manager.attach("n"), Loud.class.getName(), "not allowed");
            description = list("record java.lang.ProcessBuilder");
            Refusal.of(
                    ClassRefusedException.class, () -> manager.attach("n"), "java.lang.ProcessBuilder", "not allowed");
        }
        try (Manager manager = connect(SerializationPolicy.sameUser())) {
            for (String kind : List.of("enum ", "record ", "fixed record ")) {
                description = list(kind + Plain.class.getName());
                Refusal.of(ClassRefusedException.class, () -> manager.attach("n"), Plain.class.getName());
                description = list(kind + "[L" + Plain.class.getName() + ";");
                Refusal.of(ClassRefusedException.class, () -> manager.attach("n"), "not here");
            }
        }
        assertNull(System.getProperty(RUNS));
        assertEquals(List.of(), calls.stream().filter("open"::equals).toList());
        assertEquals("ONE", Loud.ONE.name());
        assertEquals("enum", System.getProperty(RUNS));
    }

    private static PythonTuple list(String codec) {
        return PythonTuple.of("list", codec, codec.length(), 4, 8);
    }
}
