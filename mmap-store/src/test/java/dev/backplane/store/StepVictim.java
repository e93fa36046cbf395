package dev.backplane.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A JVM that does one operation on a segment and halts, as a kill would make it, right after a given step of
/// it.
final class StepVictim {
    static final int HALTED = 99;

    /// A type whose objects anybody can sweep.
    static final ObjectRecovery RECOVERY = new ObjectRecovery() {
        @Override
        public int type() {
            return 1;
        }

        @Override
        public void recover(Region region, int deadOwner) {
            new RobustWord(region.segment(), region.memory(), 0).abandon(deadOwner);
        }
    };

    static final SegmentOptions OPTIONS =
            SegmentOptions.defaults().withSize(16 << 20).withLabel("victim").withRecoveries(List.of(RECOVERY));

    private static final long OBJECT_BYTES = 1 << 20;

    private StepVictim() {}

    public static void main(String[] arguments) throws IOException {
        final Path path = Path.of(arguments[1]);
        final String lethal = arguments[2];
        final Steps steps = step -> {
            if (step.equals(lethal)) {
                Runtime.getRuntime().halt(HALTED);
            }
        };
        final SegmentFactory factory = new SegmentFactory(Platform.current(), steps);
        switch (arguments[0]) {
            case "create-segment" -> factory.create(path, OPTIONS);
            case "open" -> factory.open(path, OPTIONS);
            case "create" -> create(factory.open(path, OPTIONS));
            case "remove" -> factory.open(path, OPTIONS).catalog().remove("kept");
            case "close" -> {
                final Segment segment = factory.open(path, OPTIONS);
                create(segment);
                segment.close();
            }
            case "sweep" -> factory.open(path, OPTIONS).sweepDead();
            case "hold" -> {
                final Segment segment = factory.open(path, OPTIONS);
                new RobustWord(segment, create(segment).memory(), 0).acquire(Waiting.block());
                segment.catalog().remove("made");
                Runtime.getRuntime().halt(HALTED);
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static Region create(Segment segment) throws IOException {
        return segment.catalog().createOrAttach(new ObjectSpec("made", 1, 1, OBJECT_BYTES, 0, 0), memory -> {});
    }
}
