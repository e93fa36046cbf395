package dev.backplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The documents of this project, and what they name.
final class Documents {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final List<String> PACKAGES = List.of(
            "dev.backplane.",
            "dev.backplane.codec.",
            "dev.backplane.connection.",
            "dev.backplane.pickle.",
            "dev.backplane.pool.",
            "dev.backplane.process.",
            "dev.backplane.remote.",
            "dev.backplane.store.",
            "dev.backplane.store.durable.",
            "java.lang.",
            "java.lang.foreign.",
            "java.util.",
            "java.util.concurrent.",
            "java.util.stream.");

    private Documents() {}

    /// Every document, by its path below the root.
    static Map<String, String> all() {
        final Map<String, String> all = new TreeMap<>();
        for (String directory : List.of("", "docs", "examples")) {
            try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .forEach(file -> all.put(ROOT.relativize(file).toString(), read(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all;
    }

    static String of(String path) {
        return read(ROOT.resolve(path));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The part of a document below a heading.
    static String section(String document, String heading) {
        final int begin = document.indexOf("\n## " + heading + "\n");
        if (begin < 0) {
            throw new AssertionError("no section " + heading);
        }
        final int end = document.indexOf("\n## ", begin + 1);
        return document.substring(begin, end < 0 ? document.length() : end);
    }

    /// The cells of a table's row; none of another line, or of the one beneath the head.
    static List<String> cells(String line) {
        if (!line.startsWith("|") || line.startsWith("|--")) {
            return List.of();
        }
        return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                .map(String::strip)
                .toList();
    }

    /// The sources of all modules, by the name of their type.
    static Map<String, Path> sources(String below) {
        final Map<String, Path> found = new TreeMap<>();
        for (String module : List.of("mmap-store", "core", "cli", "benchmarks", "examples")) {
            final Path directory = ROOT.resolve(module).resolve(below);
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.walk(directory)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                        final String name = file.getFileName().toString();
                        found.put(name.substring(0, name.length() - ".java".length()), file);
                    });
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return found;
    }

    /// A type by its simple name, or nested as `Outer.Inner`.
    static Optional<Class<?>> type(String name) {
        return PACKAGES.stream()
                .map(prefix -> prefix + name.replace('.', '$'))
                .<Class<?>>mapMulti((full, to) -> {
                    try {
                        to.accept(Class.forName(full, false, Documents.class.getClassLoader()));
                    } catch (ClassNotFoundException _) {
                        // It is in another package, or nowhere.
                    }
                })
                .findFirst();
    }

    /// Whether a type has a public method or field of that name.
    static boolean hasMember(Class<?> type, String name) {
        final List<String> names = new ArrayList<>();
        Arrays.stream(type.getMethods()).forEach(method -> names.add(method.getName()));
        Arrays.stream(type.getFields()).forEach(field -> names.add(field.getName()));
        return names.contains(name);
    }
}
