package dev.backplane.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.Segment;
import dev.backplane.store.testing.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SharingExamplesJvmTest {
    private final String segment = "examples-" + ProcessHandle.current().pid() + "-" + System.identityHashCode(this);

    @AfterEach
    void removeTheSegment() throws IOException {
        if (Files.exists(Segment.pathOf(segment))) {
            Segment.delete(Segment.pathOf(segment));
        }
    }

    @Test
    void ordersGoThroughOnceAndHaveAnEnd() {
        try (Jvm taker = Jvm.fork(Orders.class, "take", segment);
                Jvm putter = Jvm.fork(Orders.class, "put", segment)) {
            assertEquals(0, putter.waitForExit());
            taker.expect("1 pears");
            taker.expect("2 apples");
            taker.expect("3 pears");
            taker.expect("4 apples");
            taker.expect("5 pears");
            taker.expect("no more orders");
            assertEquals(0, taker.waitForExit());
        }
    }

    @Test
    void aTransferThatWasCutOffIsMadeGood() {
        try (Jvm jvm = Jvm.fork(Transfer.class)) {
            jvm.expect("its owner died: 60 of 100 are there");
            jvm.expect("60 and 40");
            assertEquals(0, jvm.waitForExit());
            assertTrue(jvm.transcript().size() >= 2);
        }
    }
}
