package dev.backplane.shm;

import dev.backplane.store.Region;
import dev.backplane.store.RobustWord;
import dev.backplane.store.SegmentException;
import java.util.function.Function;

/// Frees the sections that the dead were in, and lets what they left there be put in order.
final class SectionedRecovery {
    private SectionedRecovery() {}

    /// Recovers.
    ///
    /// @param algorithm binds the algorithm to an object's bytes
    static void recover(Region region, Function<Region, Sectioned> algorithm, int deadOwner) {
        try {
            final Sectioned object = algorithm.apply(region);
            // Of an attachment that is closed, threads may be inside; when they have left, none enters any more.
            if (region.segment().isClosed() || abandon(object, region, deadOwner)) {
                object.visitSections();
            }
        } catch (SegmentException e) {
            // A damaged object is refused to all who use it; the dead must not keep their slots for it.
            System.getLogger(SectionedRecovery.class.getName())
                    .log(System.Logger.Level.WARNING, "what a dead process left is not put in order", e);
        }
    }

    private static boolean abandon(Sectioned object, Region region, int deadOwner) {
        boolean any = false;
        for (int i = 0; i < object.sections(); i++) {
            any |= new RobustWord(region.segment(), region.memory(), object.sectionAt(i)).abandon(deadOwner);
        }
        return any;
    }
}
