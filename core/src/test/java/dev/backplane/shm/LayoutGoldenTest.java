package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.store.testing.LayoutText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// A byte of an object's layout, or a type's code, cannot move unnoticed.
final class LayoutGoldenTest {
    @Test
    void objectLayoutsAreAsRecorded() throws IOException {
        final String types = Arrays.stream(ObjectType.values())
                .map(type -> type.code() + " " + type + " version " + type.layoutVersion() + ", unit "
                        + type.unitBytes() + " bytes")
                .collect(Collectors.joining("\n"));
        final String found = types + "\n" + LayoutText.of("LOCK", LockLayout.LAYOUT)
                + LayoutText.of("EVENT", EventLayout.LAYOUT)
                + LayoutText.of("LATCH", LatchLayout.LAYOUT)
                + LayoutText.of("ONCE", OnceLayout.LAYOUT)
                + LayoutText.of("SEMAPHORE", SemaphoreLayout.LAYOUT)
                + LayoutText.of("CONDITION", ConditionLayout.LAYOUT)
                + LayoutText.of("READ_WRITE_LOCK", ReadWriteLayout.LAYOUT)
                + LayoutText.of("BARRIER", BarrierLayout.LAYOUT)
                + LayoutText.of("FAIR_LOCK", FairLockLayout.LAYOUT)
                + LayoutText.of("CHANNEL", ChannelLayout.LAYOUT)
                + LayoutText.of("CHANNEL announcement", ChannelLayout.ANNOUNCEMENT)
                + LayoutText.of("TOPIC", TopicLayout.LAYOUT)
                + LayoutText.of("VALUE", VersionsLayout.LAYOUT)
                + LayoutText.of("VALUE copy", VersionsLayout.COPY)
                + LayoutText.of("MAP header", MapLayout.HEADER)
                + LayoutText.of("MAP stripe", MapLayout.STRIPE)
                + LayoutText.of("MAP cell", MapLayout.CELL)
                + LayoutText.of("LIST header", ListLayout.HEADER)
                + LayoutText.of("LIST slot", ListLayout.SLOT)
                + LayoutText.of("codec name", CodecNameLayout.LAYOUT)
                + LayoutText.of("QUEUE", QueueLayout.LAYOUT)
                + LayoutText.of("QUEUE SLOT", QueueLayout.SLOT)
                + "QUEUE of 5 slots of 64 bytes: put at " + QueueLayout.puts(5, 64) + ", take at "
                + QueueLayout.takes(5, 64) + ", bytes " + QueueLayout.bytes(5, 64) + "\n";
        try (var golden = Objects.requireNonNull(getClass().getResourceAsStream("layouts.txt"))) {
            assertEquals(new String(golden.readAllBytes(), StandardCharsets.UTF_8), found);
        }
    }
}
