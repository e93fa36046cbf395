package dev.backplane.store.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.LockFile;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Who uses a journal, where processes have one id.
final class UserLocksTest {
    private static final long PID = ProcessHandle.current().pid();

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Path path() {
        return directory.resolve("journal.locks");
    }

    @Test
    void thisJvmIsNoOtherUserHoweverOftenItHasTheJournalOpen() throws IOException {
        try (UserLocks first = UserLocks.open(path());
                UserLocks second = UserLocks.open(path())) {
            assertFalse(first.isOtherUser(PID));
            assertFalse(second.isOtherUser(PID));
            assertSame(first.turn(), second.turn());
        }
    }

    @Test
    void anotherProcessOfTheSameIdIsAnotherUser() throws IOException {
        try (UserLocks locks = UserLocks.open(path())) {
            try (LockFile other = LockFile.open(path())) {
                assertTrue(other.tryHold(PID | 3L << 32), "as one in another container does");
                assertTrue(locks.isOtherUser(PID));
            }
            assertFalse(locks.isOtherUser(PID));
        }
    }

    @Test
    void processesOfOtherIdsAreUsersWhileTheyHoldTheirByte() throws IOException {
        try (UserLocks locks = UserLocks.open(path())) {
            try (LockFile other = LockFile.open(path())) {
                assertTrue(other.tryHold(PID + 1));
                assertTrue(locks.isOtherUser(PID + 1));
            }
            assertFalse(locks.isOtherUser(PID + 1));
        }
    }

    @Test
    void nothingIsLeftOfOnesThatAreClosed() throws IOException {
        final UserLocks closed = UserLocks.open(path());
        closed.close();
        try (UserLocks locks = UserLocks.open(path())) {
            assertNotSame(closed.turn(), locks.turn());
            assertFalse(locks.isOtherUser(PID));
        }
        final List<UserLocks> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            all.add(UserLocks.open(path()));
        }
        Refusal.of(JournalException.class, () -> UserLocks.open(path()), "16 times");
        assertEquals(16, all.size());
        all.forEach(UserLocks::close);
        UserLocks.open(path()).close();
    }
}
