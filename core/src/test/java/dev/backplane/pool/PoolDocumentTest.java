package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Documents;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The tests that docs/POOL.md names are there.
final class PoolDocumentTest {
    private static final Pattern NAME =
            Pattern.compile("(?:(Pool\\w+Test|ProcessPoolJvmTest)\\.)?\\b([a-z]+(?:[A-Z][a-z]*){2,})");
    private static final Map<String, Class<?>> CLASSES = Map.of(
            "ProcessPoolJvmTest", ProcessPoolJvmTest.class,
            "PoolCallsJvmTest", PoolCallsJvmTest.class,
            "PoolAbuseJvmTest", PoolAbuseJvmTest.class,
            "PoolShutdownJvmTest", PoolShutdownJvmTest.class,
            "PoolLimitsJvmTest", PoolLimitsJvmTest.class);

    @Test
    void eachNameIsThatOfATest() {
        int rows = 0;
        for (String line : Documents.of("docs/POOL.md").lines().toList()) {
            if (!line.startsWith("| test_")) {
                continue;
            }
            rows++;
            final Matcher names = NAME.matcher(line);
            boolean found = line.contains("| none: ");
            while (names.find()) {
                final String owner = names.group(1) == null ? "PoolCallsJvmTest" : names.group(1);
                assertTrue(
                        isTest(Objects.requireNonNull(CLASSES.get(owner)), names.group(2)),
                        owner + " has no " + names.group(2));
                found = true;
            }
            assertTrue(found, () -> "no test in " + line);
        }
        assertTrue(rows > 15, "the table has " + rows + " rows");
    }

    private static boolean isTest(Class<?> owner, String name) {
        return Arrays.stream(owner.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals(name) && method.isAnnotationPresent(Test.class));
    }
}
