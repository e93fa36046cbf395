package dev.backplane.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ManagerProvider;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedHandle;
import dev.backplane.codec.Failure;
import dev.backplane.codec.RemoteTrace;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class FailureMemoryTest {
    @Test
    void whatIsToldIsTaken() throws Exception {
        final FailureMemory memory = FailureMemory.create();
        FailureMemory.tell(memory.handle(), Failure.of(new IllegalStateException("on purpose")));
        assertEquals(
                "java.lang.IllegalStateException: on purpose",
                memory.take().orElseThrow().toString());
    }

    @Test
    void whatIsTooLongIsCutShort() throws Exception {
        final FailureMemory memory = FailureMemory.create();
        FailureMemory.tell(memory.handle(), Failure.of(new IllegalStateException("long".repeat(100_000))));
        final Throwable taken = memory.take().orElseThrow();
        assertInstanceOf(RemoteTrace.class, taken);
        assertTrue(taken.toString()
                .startsWith(RemoteTrace.class.getName() + ": java.lang.IllegalStateException: longlong"));
    }

    @Test
    void bytesThatAKillCutOffAreNotRead() throws Exception {
        final FailureMemory memory = FailureMemory.create();
        array(memory.handle()).set(1, (byte) 7);
        assertTrue(memory.take().isEmpty());
    }

    @Test
    void bytesThatMakeNoSenseAreReportedAsSuch() throws Exception {
        final FailureMemory memory = FailureMemory.create();
        final SharedByteArray array = array(memory.handle());
        array.fill((byte) -1);
        assertTrue(memory.take().orElseThrow().toString().contains("cannot read how a JVM failed"));
    }

    @Test
    void nothingIsLeftOfWhatWasTaken() throws Exception {
        final FailureMemory memory = FailureMemory.create();
        final String handle = memory.handle();
        assertTrue(memory.take().isEmpty());
        assertThrows(IOException.class, () -> array(handle));
    }

    private static SharedByteArray array(String handle) throws IOException {
        return (SharedByteArray) ManagerProvider.local().attach(SharedHandle.parse(handle));
    }
}
