package dev.backplane.store.durable;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.backplane.store.testing.Jvm;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.TableStoreWriteLock;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;

/// What other JVMs do with a journal in tests: the first argument says what, the second where.
public final class JournalProcess {
    static final JournalOptions OPTIONS = JournalOptions.of("text");

    private JournalProcess() {}

    static Jvm fork(String... arguments) {
        return Jvm.builder().options(Journal.jvmFlags().toArray(String[]::new)).fork(JournalProcess.class, arguments);
    }

    /// Does what it is told.
    ///
    /// @param arguments what, where, and a name
    /// @throws Exception if it cannot
    public static void main(String[] arguments) throws Exception {
        final Path path = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "open" -> open(path);
            case "append" -> append(path, arguments[2]);
            case "tail" -> tail(path, arguments[2]);
            case "die" -> dieInTheMiddle(path);
            case "lock" -> lockAsStranger(path);
            case "close" -> closeUnderReaders(path);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void open(Path path) throws Exception {
        try (Journal journal = Journal.openOrCreate(path, OPTIONS)) {
            System.out.println("opened " + journal.directory());
        } catch (JournalException e) {
            System.out.println("refused " + e.getMessage());
        }
    }

    /// Appends numbered entries and says each number when it is in the journal, until it is killed.
    private static void append(Path path, String name) throws Exception {
        try (Journal journal = Journal.openOrCreate(path, OPTIONS)) {
            for (int i = 0; i < Integer.MAX_VALUE; i++) {
                journal.append((name + " " + i).getBytes(UTF_8));
                System.out.println(i);
            }
        }
    }

    /// Prints each new entry, until it is killed.
    private static void tail(Path path, String name) throws Exception {
        try (Journal journal = Journal.open(path, OPTIONS);
                JournalTailer tailer = journal.tailer(name)) {
            while (tailer.peek(java.time.Duration.ofDays(1)) != null) {
                tailer.next(entry -> System.out.println(new String(entry.bytes(), UTF_8)));
            }
        }
    }

    /// Dies with the queue's lock and half an entry.
    private static void dieInTheMiddle(Path path) throws Exception {
        try (Journal journal = Journal.openOrCreate(path, OPTIONS)) {
            journal.append("whole".getBytes(UTF_8));
            final ChronicleLog log = ChronicleLog.open(path, RollPeriod.HOUR, OPTIONS.clock());
            final ExcerptAppender appender = log.queue().createAppender();
            final DocumentContext entry = appender.writingDocument();
            final Wire wire = entry.wire();
            if (wire != null) {
                wire.bytes().write("half of an ent".getBytes(UTF_8));
            }
            System.out.println("half");
            Runtime.getRuntime().halt(9);
        }
    }

    /// Closes the journal again and again while another thread reads long entries, and says when it has survived that.
    private static void closeUnderReaders(Path path) throws Exception {
        try (Journal journal = Journal.openOrCreate(path, OPTIONS)) {
            for (int i = 0; i < 4; i++) {
                journal.append(new byte[Journal.LARGEST_ENTRY]);
            }
        }
        for (int round = 0; round < 50; round++) {
            final Journal journal = Journal.open(path, OPTIONS);
            final JournalTailer tailer = journal.tailer("reader");
            final CountDownLatch reads = new CountDownLatch(1);
            final Thread reader = Thread.ofPlatform().start(() -> readUntilClosed(tailer, reads));
            reads.await();
            journal.close();
            reader.join();
            tailer.close();
        }
        System.out.println("closed");
    }

    private static void readUntilClosed(JournalTailer tailer, CountDownLatch reads) {
        try {
            while (true) {
                tailer.moveTo(0);
                while (tailer.next(entry -> reads.countDown())) {}
            }
        } catch (IllegalStateException e) {
            if (!String.valueOf(e.getMessage()).contains("closed")) {
                throw e;
            }
        }
    }

    /// Lives, holds the lock, and does not use the journal: as a process that got a dead appender's id.
    private static void lockAsStranger(Path path) throws Exception {
        JournalRequirements.check();
        final ChronicleLog log = ChronicleLog.open(path, RollPeriod.HOUR, OPTIONS.clock());
        final TableStoreWriteLock lock = log.writeLock();
        lock.lock();
        System.out.println("locked");
        while (lock.locked()) {
            LockSupport.park();
        }
    }
}
