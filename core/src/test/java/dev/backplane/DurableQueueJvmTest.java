package dev.backplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.backplane.codec.ClassRefusedException;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.durable.Journal;
import dev.backplane.store.durable.JournalException;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Durable queues of values, in JVMs with the flags that they need: each child checks, and prints what it saw.
final class DurableQueueJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// What the queues of these tests hold.
    ///
    /// @param id a number
    /// @param text anything
    public record Order(int id, String text) {}

    private static final Codec<Order> ORDERS = Codecs.of(Order.class);

    private Jvm fork(Class<?> main) {
        return Jvm.builder()
                .options(Journal.jvmFlags().toArray(String[]::new))
                .fork(main, directory.resolve("queue").toString());
    }

    /// Appends, tails, replays, bridges.
    public static final class Uses {
        private Uses() {}

        /// Prints what comes out.
        ///
        /// @param arguments the queue's directory
        public static void main(String[] arguments) throws Exception {
            final Path path = Path.of(arguments[0]);
            final Instant start = Instant.now().minusSeconds(1);
            try (DurableQueue<Order> queue = DurableQueue.open(path, ORDERS);
                    DurableTailer<Order> tailer = queue.tailer("t")) {
                final long first = queue.append(new Order(1, "one"));
                queue.append(new Order(2, "two"));
                queue.append(new Order(3, "three"));
                queue.sync();
                tailer.next(order -> System.out.println(order.text()));
                System.out.println(Objects.requireNonNull(tailer.peek()).value().text());
                System.out.println(tailer.position() == first + 1);
                tailer.advance();
                final LinkedBlockingQueue<Order> bridged = new LinkedBlockingQueue<>();
                System.out.println(tailer.transferTo(bridged) + " " + bridged);
                System.out.println(tailer.peek(Duration.ofMillis(1)));
                try (Stream<DurableElement<Order>> all = queue.replay(0);
                        Stream<DurableElement<Order>> recent = queue.replay(start)) {
                    System.out.println(all.map(element -> element.value().id()).toList() + " " + recent.count());
                }
            }
            Refusal.of(
                    JournalException.class,
                    () -> DurableQueue.open(path, Codecs.of(String.class)).close(),
                    "holds codec",
                    "string");
            System.out.println("done");
        }
    }

    /// Meets bytes that are no order.
    public static final class Unreadable {
        private Unreadable() {}

        /// Passes over them.
        ///
        /// @param arguments the queue's directory
        public static void main(String[] arguments) throws Exception {
            try (DurableQueue<Order> queue = DurableQueue.open(Path.of(arguments[0]), ORDERS);
                    DurableTailer<Order> tailer = queue.tailer("t")) {
                final long index = queue.journal().append(new byte[] {1});
                queue.append(new Order(2, "two"));
                Refusal.of(CodecException.class, tailer::peek, "element " + index);
                tailer.advance();
                final List<Order> seen = new ArrayList<>();
                tailer.next(seen::add);
                System.out.println(seen);
            }
        }
    }

    @Test
    void valuesGoInAndComeOut() {
        try (Jvm jvm = fork(Uses.class)) {
            jvm.expect("one");
            jvm.expect("two");
            jvm.expect("true");
            jvm.expect("1 [Order[id=3, text=three]]");
            jvm.expect("null");
            jvm.expect("[1, 2, 3] 3");
            jvm.expect("done");
            assertEquals(0, jvm.waitForExit());
        }
    }

    @Test
    void elementThatTheCodecRefusesCanBePassedOver() {
        try (Jvm jvm = fork(Unreadable.class)) {
            jvm.expect("[Order[id=2, text=two]]");
            assertEquals(0, jvm.waitForExit());
        }
    }

    /// Meets values that nobody with its codec could read.
    public static final class Refuses {
        private Refuses() {}

        /// Appends, and tails what is in.
        ///
        /// @param arguments the queue's directory
        public static void main(String[] arguments) throws Exception {
            final Path path = Path.of(arguments[0]);
            final SerializationPolicy standard = SerializationPolicy.standard();
            try (DurableQueue<Object> queue = DurableQueue.open(path, Codecs.java(Object.class, standard))) {
                Refusal.of(ClassRefusedException.class, () -> queue.append(URI.create("a:b")), "java.net.URI");
                queue.append("text");
            }
            final SerializationPolicy wider = standard.allowing("java.net.URI");
            try (DurableQueue<Object> queue = DurableQueue.open(path, Codecs.java(Object.class, wider));
                    DurableTailer<Object> tailer = queue.tailer("t")) {
                queue.append(URI.create("c:d"));
                final LinkedBlockingQueue<Object> bridged = new LinkedBlockingQueue<>();
                System.out.println(tailer.transferTo(bridged) + " " + bridged);
            }
        }
    }

    @Test
    void valueThatNobodyCouldReadIsNotAppended() {
        try (Jvm jvm = fork(Refuses.class)) {
            jvm.expect("2 [text, c:d]");
            assertEquals(0, jvm.waitForExit());
        }
    }

    /// Has a codec whose name is too long for a line.
    public static final class LongName {
        private LongName() {}

        private static DurableQueue<String> open(Path path, String lastConstant) throws IOException {
            return DurableQueue.open(path, new DurableContentTest.Named("enum E[" + "A,".repeat(1000) + lastConstant));
        }

        /// Opens again and again.
        ///
        /// @param arguments the queue's directory
        public static void main(String[] arguments) throws Exception {
            final Path path = Path.of(arguments[0]);
            for (int i = 0; i < 2; i++) {
                try (DurableQueue<String> queue = open(path, "B")) {
                    queue.append("text " + i);
                }
            }
            Refusal.of(JournalException.class, () -> open(path, "C").close(), "holds codec enum E[A,A,");
            try (DurableQueue<String> queue = open(path, "B");
                    Stream<DurableElement<String>> all = queue.replay(0)) {
                System.out.println(all.map(DurableElement::value).toList());
            }
        }
    }

    @Test
    void codecsWithLongNamesAreToldApart() {
        try (Jvm jvm = fork(LongName.class)) {
            jvm.expect("[text 0, text 1]");
            assertEquals(0, jvm.waitForExit());
        }
    }

    /// Starts a child without saying a flag.
    public static final class Parent {
        private Parent() {}

        /// Lets the child append, and counts.
        ///
        /// @param arguments the queue's directory
        public static void main(String[] arguments) throws Exception {
            final String path = arguments[0];
            try (JvmProcess child = JvmProcess.start(() -> append(path))) {
                System.out.println(child.join());
            }
            try (DurableQueue<String> queue = DurableQueue.open(Path.of(path), Codecs.of(String.class));
                    Stream<DurableElement<String>> all = queue.replay(0)) {
                System.out.println(all.map(DurableElement::value).toList());
            }
        }

        private static void append(String path) {
            try (DurableQueue<String> queue = DurableQueue.open(Path.of(path), Codecs.of(String.class))) {
                queue.append("from the child");
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    void childInheritsTheFlags() {
        try (Jvm jvm = fork(Parent.class)) {
            jvm.expect("0");
            jvm.expect("[from the child]");
            assertEquals(0, jvm.waitForExit());
        }
    }

    /// Puts what a durable queue holds into one of a segment.
    public static final class Bridges {
        private Bridges() {}

        private static QueueOptions<Order> options() {
            return QueueOptions.of(1, ORDERS).withSlotBytes(16); // Some of the orders are longer.
        }

        /// Appends four elements and transfers them.
        ///
        /// @param arguments the queue's directory
        public static void main(String[] arguments) throws Exception {
            final Path path = Path.of(arguments[0]);
            try (DurableQueue<Order> queue = DurableQueue.open(path, ORDERS);
                    DurableTailer<Order> tailer = queue.tailer("t");
                    Manager manager = Manager.open(path.resolveSibling("segment"))) {
                for (int i = 0; i < 4; i++) {
                    queue.append(new Order(i, "long ".repeat(i * 100)));
                }
                final SharedQueue<Order> shared = manager.queue("q", options());
                System.out.println("ready");
                System.out.println(tailer.transferTo(shared));
                shared.shutdown();
                System.out.println(tailer.transferTo(shared));
            }
        }
    }

    @Test
    void elementsGoOnIntoAQueueOfASegmentAsThereIsRoom() throws Exception {
        try (Jvm jvm = fork(Bridges.class)) {
            jvm.expect("ready");
            try (Manager manager = Manager.open(directory.resolve("segment"))) {
                final SharedQueue<Order> shared = manager.queue("q", Bridges.options());
                for (int i = 0; i < 4; i++) {
                    assertEquals(new Order(i, "long ".repeat(i * 100)), shared.take());
                }
                jvm.expect("4");
                jvm.expect("0");
                assertEquals(0, jvm.waitForExit());
                assertThrows(QueueShutDownException.class, shared::take);
            }
        }
    }
}
