package dev.backplane.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class JvmCommandTest {
    @Test
    void whatHasAPortOrIsForAnotherJobIsNotInherited() {
        assertEquals(
                List.of("-Dsome.property=1", "-ea"),
                JvmCommand.inherited(List.of(
                        "-Dsome.property=1",
                        "-Dcom.sun.management.jmxremote.port=9010",
                        "-Dcom.sun.management.jmxremote",
                        "-agentlib:jdwp=transport=dt_socket",
                        "-Xmx4g",
                        "-ea")));
    }
}
