package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.shm.SegmentDoctor.Repair;
import dev.backplane.store.Abandonment;
import dev.backplane.store.Finding;
import dev.backplane.store.Finding.Severity;
import dev.backplane.store.Invariants;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What processes leave that are killed in the middle of anything is never damage, and recovery gives back
/// all of it: the invariants that the doctor knows are those that the algorithms keep.
final class SegmentDoctorTortureTest {
    private static final int ROUNDS = 8;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @Test
    void theKilledLeaveNoDamageAndNothingThatIsNotGivenBack() throws Exception {
        Abandonment.assumeSeen();
        final Path path = directory.resolve("segment");
        for (int round = 0; round < ROUNDS; round++) {
            try (Jvm one = Jvm.fork(SegmentDoctorJvmTest.Hammer.class, path.toString(), "ends");
                    Jvm other = Jvm.fork(SegmentDoctorJvmTest.Hammer.class, path.toString())) {
                one.expect("ready");
                other.expect("ready");
                SegmentDoctor.look(path); // They are well at work when they are killed.
                one.kill();
                one.waitForExit();
                noDamage(SegmentDoctor.look(path), "one is dead, round " + round);
                other.kill();
                other.waitForExit();
            }
            final List<Finding> found = SegmentDoctor.look(path);
            noDamage(found, "both are dead, round " + round);
            assertTrue(found.stream().anyMatch(one -> one.severity() == Severity.LEFTOVER), found::toString);
            final Repair repair = SegmentDoctor.repair(path);
            assertTrue(
                    repair.left().stream().allMatch(one -> one.severity() == Severity.NOTE),
                    () -> "left " + repair.left() + " of " + found);
            assertEquals(0, Invariants.participants(path));
        }
    }

    private static void noDamage(List<Finding> found, String when) {
        assertTrue(found.stream().noneMatch(one -> one.severity() == Severity.DAMAGE), () -> when + ": " + found);
    }
}
