package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedQueue;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.Codecs;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A queue of numbered elements, some of them in files: nothing is lost or doubled or changed, those of one producer
/// come in their order, and nobody waits for what is there.
///
/// A consumer that dies after it took an element and before it wrote that down hides one from the oracle, not more;
/// one that dies while it handles one in place gives it back, and only such an element may be seen twice. While
/// nobody died, what was put first is seen first.
final class QueueScenario implements Scenario {
    private static final String NAME = "queue";
    private static final int CAPACITY = 8;
    private static final int SLOT_BYTES = 64;
    private static final long WAIT_MILLIS = 2_000;
    private static final long AGAIN_MILLIS = 1_000;
    private static final long LONG_NANOS = 1_500_000_000;

    @Override
    public String name() {
        return NAME;
    }

    private static SharedQueue<byte[]> open(Manager manager) throws IOException {
        return manager.queue(
                NAME, QueueOptions.of(CAPACITY, Codecs.of(byte[].class)).withSlotBytes(SLOT_BYTES));
    }

    @Override
    public Part join(Manager manager, Stage stage) throws IOException {
        return new Player(open(manager), stage);
    }

    @Override
    public void audit(Manager manager, Ledger ledger, int scenario, Consumer<String> violation) throws IOException {
        final QueueRecords records = new QueueRecords(ledger.board(scenario));
        final SharedQueue<byte[]> queue = open(manager);
        for (byte[] element = queue.poll(); element != null; element = queue.poll()) {
            records.take(element, QueueRecords.NOBODY, false, ledger, violation);
        }
        records.audit(violation);
    }

    /// One life's part.
    private static final class Player implements Part {
        private final SharedQueue<byte[]> queue;
        private final Stage stage;
        private final QueueRecords records;
        /// The last element of each producer, by its life.
        private final Map<Integer, Integer> latest = new HashMap<>();
        /// When the wait began for what is taken next.
        private long sinceNanos;

        Player(SharedQueue<byte[]> queue, Stage stage) {
            this.queue = queue;
            this.stage = stage;
            this.records = new QueueRecords(stage.board());
        }

        @Override
        public void act() throws InterruptedException {
            final boolean scarce = queue.size() < CAPACITY / 2;
            if (stage.chance(scarce ? 75 : 25)) {
                produce();
            } else {
                sinceNanos = stage.mark(Phase.WAITING);
                if (stage.chance(30)) {
                    queue.receive(
                            (memory, offset, length) -> handle(
                                    Codecs.of(byte[].class).decode(CodecInput.of(memory.asSlice(offset, length)))),
                            WAIT_MILLIS,
                            TimeUnit.MILLISECONDS);
                } else {
                    consume();
                }
            }
            final int size = queue.size();
            if (size < 0 || size > CAPACITY) {
                stage.violation("its size is " + size + ", of at most " + CAPACITY);
            }
            stage.done();
            stage.pause();
        }

        private void produce() throws InterruptedException {
            final int number = records.begin(stage.life(), stage.ledger().deaths());
            if (number == QueueRecords.FULL) {
                return;
            }
            final byte[] element = QueueRecords.element(number, stage.random());
            stage.mark(Phase.WAITING);
            final boolean put = stage.chance(40)
                    ? queue.offer(element)
                    : queue.offer(element, WAIT_MILLIS, TimeUnit.MILLISECONDS) || offerAgain(element);
            records.end(number, put);
        }

        /// Once more, if there was room all the time: room that was made just now would be found by this.
        private boolean offerAgain(byte[] element) throws InterruptedException {
            if (queue.remainingCapacity() == 0 || quietNanos() < LONG_NANOS) {
                return false;
            }
            final long changed = records.changedNanos();
            final boolean put = queue.offer(element, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            if (!put && queue.remainingCapacity() > 0 && records.changedNanos() == changed) {
                stage.violation("a producer waited though there is room for " + queue.remainingCapacity());
            }
            return put;
        }

        private void consume() throws InterruptedException {
            records.beginTaking(stage.life());
            byte[] element;
            try {
                element = stage.chance(30) ? queue.poll() : queue.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
                if (element == null && queue.size() > 0 && quietNanos() > LONG_NANOS) {
                    element = pollAgain();
                }
            } catch (InterruptedException e) {
                records.endTaking(stage.life());
                throw e;
            }
            if (element != null) {
                take(element, false);
            }
            records.endTaking(stage.life());
        }

        /// Once more: an element that came just now would be found by this.
        private byte @Nullable [] pollAgain() throws InterruptedException {
            final long changed = records.changedNanos();
            final byte[] element = queue.poll(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            if (element == null && queue.size() > 0 && records.changedNanos() == changed) {
                stage.violation("a consumer waited though there are " + queue.size() + " elements");
            }
            return element;
        }

        private long quietNanos() {
            return System.nanoTime() - records.changedNanos();
        }

        private void handle(byte[] element) {
            take(element, true);
            stage.mark(Phase.SHARING, 1);
            stage.dwell();
        }

        private void take(byte[] element, boolean inPlace) {
            final int before = records.take(element, stage.life(), inPlace, stage.ledger(), stage::violation);
            final int number = QueueRecords.number(element);
            if (before != QueueRecords.NOBODY) {
                stage.measure(sinceNanos, System.nanoTime(), reading -> reading.life() == before);
            }
            final Integer last = latest.merge(records.producer(number), number, Math::max);
            if (last > number && records.deathsBefore(number) == stage.ledger().deaths()) {
                stage.violation("element " + number + " came after " + last + " of the same producer");
            }
        }
    }
}
