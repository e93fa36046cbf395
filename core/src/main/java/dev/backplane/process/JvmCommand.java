package dev.backplane.process;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// How a child JVM is started: the one place that writes its flags.
///
/// The child gets this JVM's Java, class path, system properties and module options. It gets neither this one's
/// heap and collector, which are chosen for another job, nor agents, debuggers and the properties of remote
/// management (`com.sun.management`), whose ports are taken. The class path travels in the environment, since an
/// argument list has less room.
///
/// An ahead-of-time cache (`-XX:AOTCache`) of this JVM serves its children too, who have the same class path,
/// and halves the time until one is ready. It is made by a child that runs to its end while the system property
/// `dev.backplane.child.aotCacheOutput` names the file to write.
final class JvmCommand {
    /// The longest single string that Linux passes to a new process.
    private static final int LONGEST_STRING = 128 * 1024 - 16;

    private static final List<String> INHERITED_PREFIXES = List.of(
            "-D",
            "--add-opens",
            "--add-exports",
            "--add-reads",
            "--add-modules",
            "--enable-preview",
            "--enable-native-access",
            "--illegal-native-access",
            "--sun-misc-unsafe-memory-access",
            "-ea",
            "-da",
            "-esa",
            "-Xss",
            "-XX:AOTCache=");

    /// Of agents that have ports.
    private static final String MANAGEMENT = "-Dcom.sun.management";

    private static final String AOT_CACHE_OUTPUT = "dev.backplane.child.aotCacheOutput";

    /// Flags for a quick start and a small footprint; whatever the caller adds comes after them and wins.
    private static final List<String> DEFAULTS = List.of("--enable-native-access=ALL-UNNAMED", "-XX:-UsePerfData");

    private static final String COLLECTOR = "-XX:+UseSerialGC";

    /// A collector of the caller's: a JVM does not start with two.
    private static final Pattern OTHER_COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC");

    private final List<String> options;
    private final Map<String, String> environment;

    JvmCommand(List<String> options, Map<String, String> environment) {
        this.options = List.copyOf(options);
        this.environment = Map.copyOf(environment);
    }

    /// A builder of the child process that runs `main`.
    ///
    /// @param read the streams that this JVM reads, `stdout` and `stderr`, which are to be in UTF-8
    ProcessBuilder processBuilder(Class<?> main, List<String> read) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(DEFAULTS);
        if (options.stream().noneMatch(option -> OTHER_COLLECTOR.matcher(option).matches())) {
            command.add(COLLECTOR);
        }
        command.addAll(inherited(ManagementFactory.getRuntimeMXBean().getInputArguments()));
        final String training = System.getProperty(AOT_CACHE_OUTPUT);
        if (training != null) {
            command.add("-XX:AOTCacheOutput=" + training);
        }
        read.forEach(stream -> command.add("-D" + stream + ".encoding=UTF-8")); // Not what this JVM writes.
        command.addAll(options);
        final String modules = System.getProperty("jdk.module.path");
        if (modules != null) {
            command.add("--module-path=" + modules);
        }
        command.add(main.getName());
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.environment().put("CLASSPATH", classPath());
        // What these would add is in the inherited arguments already, or not meant for children.
        builder.environment().remove("JDK_JAVA_OPTIONS");
        return builder;
    }

    /// The options of this JVM that make sense for a child.
    static List<String> inherited(List<String> arguments) {
        return arguments.stream()
                .filter(argument ->
                        INHERITED_PREFIXES.stream().anyMatch(argument::startsWith) && !argument.startsWith(MANAGEMENT))
                .toList();
    }

    private static String classPath() throws IOException {
        final String classPath = System.getProperty("java.class.path", "");
        final int bytes = classPath.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_STRING) {
            throw new IOException(
                    "cannot start a JVM: the class path has " + bytes + " bytes, the system passes at most "
                            + LONGEST_STRING + "; put the classes in fewer jars, or use a directory with a wildcard");
        }
        return classPath;
    }
}
