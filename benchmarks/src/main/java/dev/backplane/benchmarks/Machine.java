package dev.backplane.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the figures were measured on.
final class Machine {
    private Machine() {}

    /// Processor, system and Java, in one line.
    static String describe() {
        return Runtime.getRuntime().availableProcessors() + " processors (" + processor() + "), " + system() + ", "
                + java();
    }

    /// The same and more, by name, for programs.
    static Map<String, @Nullable Object> details() {
        final Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("processors", Runtime.getRuntime().availableProcessors());
        details.put("processor", processor());
        details.put("system", system());
        details.put("architecture", System.getProperty("os.arch"));
        details.put("memoryBytes", memoryBytes());
        details.put("java", java());
        details.put(
                "virtualMachine", System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version"));
        details.put("flags", ManagementFactory.getRuntimeMXBean().getInputArguments());
        details.put("hugePages", firstLine("/sys/kernel/mm/transparent_hugepage/shmem_enabled"));
        details.put("isolatedProcessors", firstLine("/sys/devices/system/cpu/isolated"));
        details.put("governor", firstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
        details.put("commit", commit());
        return details;
    }

    private static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version");
    }

    private static String java() {
        return System.getProperty("java.vm.name") + " " + Runtime.version();
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException _) {
            return System.getProperty("os.arch");
        }
    }

    private static @Nullable Long memoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : null;
    }

    /// What the system says in a file, or null where it has no such file.
    private static @Nullable String firstLine(String file) {
        try {
            return Files.readString(Path.of(file)).lines().findFirst().orElse("");
        } catch (IOException _) {
            return null;
        }
    }

    /// Of the sources beside the libraries that run, or null if git does not know them.
    private static @Nullable String commit() {
        final Path directory = Path.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)[0])
                .toAbsolutePath()
                .getParent();
        try {
            final Process git = new ProcessBuilder("git", "-C", String.valueOf(directory), "rev-parse", "HEAD")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            final String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
            return git.waitFor() == 0 ? out : null;
        } catch (IOException _) {
            return null;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
