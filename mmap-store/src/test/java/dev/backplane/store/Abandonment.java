package dev.backplane.store;

import org.junit.jupiter.api.Assumptions;

/// Ends attachments as a kill of their process would: nothing is given back, and for all others the participant is
/// dead.
public final class Abandonment {
    private Abandonment() {}

    /// Ends an attachment. Its threads that wait end within a slice. On a platform where a participant lives as long as
    /// its process does, which is this one, the test ends here without a verdict.
    ///
    /// @param attachment whose process is said to be killed
    public static void of(Segment attachment) {
        assumeSeen();
        attachment.abandon();
    }

    /// Ends the test without a verdict where others would not see an abandoned attachment as dead.
    public static void assumeSeen() {
        Assumptions.assumeTrue(Platform.current().name().equals("linux"), "needs liveness by file locks");
    }
}
