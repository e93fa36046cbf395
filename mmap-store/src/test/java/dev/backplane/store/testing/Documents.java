package dev.backplane.store.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The documents of this project, for the tests of all modules, and what documents name.
public final class Documents {
    /// The directory of all modules.
    public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern BLOCK = Pattern.compile(
            "(?:<!--((?:(?!-->).)*)-->\\s*\\n)?^```(\\w+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

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

    /// A block of code.
    ///
    /// @param line of the document, where its code begins
    /// @param comment that stands before it, which readers of the rendered document do not see; may be empty
    /// @param code what it shows
    public record Block(long line, String comment, String code) {}

    /// Every document.
    ///
    /// @return their texts, by their paths below the root
    public static Map<String, String> all() {
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

    /// One document.
    ///
    /// @param path below the root
    /// @return its text
    public static String of(String path) {
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
    ///
    /// @param document the text
    /// @param heading of the second level
    /// @return the part, with its heading
    public static String section(String document, String heading) {
        final int begin = document.indexOf("\n## " + heading + "\n");
        if (begin < 0) {
            throw new AssertionError("no section " + heading);
        }
        final int end = document.indexOf("\n## ", begin + 1);
        return document.substring(begin, end < 0 ? document.length() : end);
    }

    /// The blocks of code of one language.
    ///
    /// @param document the text
    /// @param language as it stands behind the opening fence
    /// @return the blocks in order
    public static List<Block> blocks(String document, String language) {
        final List<Block> blocks = new ArrayList<>();
        final Matcher found = BLOCK.matcher(document);
        while (found.find()) {
            if (found.group(2).equals(language)) {
                final long line =
                        1 + document.substring(0, found.start(3)).lines().count();
                blocks.add(new Block(line, found.group(1) == null ? "" : found.group(1), found.group(3)));
            }
        }
        return blocks;
    }

    /// The cells of a table's row.
    ///
    /// @param line of a document
    /// @return the cells; none of a line that is no row, or of the one beneath the head
    public static List<String> cells(String line) {
        if (!line.startsWith("|") || line.startsWith("|--")) {
            return List.of();
        }
        return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                .map(String::strip)
                .toList();
    }

    /// What stands in a text as code.
    ///
    /// @param text a part of a document
    /// @return each once, without the quotes
    public static Set<String> code(String text) {
        final Set<String> code = new TreeSet<>();
        final Matcher quoted = CODE.matcher(text);
        while (quoted.find()) {
            code.add(quoted.group(1));
        }
        return code;
    }

    /// The sources of all modules.
    ///
    /// @param below a directory of each module
    /// @return the files, by the simple names of their types
    public static Map<String, Path> sources(String below) {
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

    /// A public type that documents name.
    ///
    /// @param name its simple name, or `Outer.Inner`
    /// @return the type, if it is in one of the packages that programs import and on the class path
    public static Optional<Class<?>> type(String name) {
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
    ///
    /// @param type which
    /// @param name of a method or field
    /// @return so
    public static boolean hasMember(Class<?> type, String name) {
        final List<String> names = new ArrayList<>();
        Arrays.stream(type.getMethods()).forEach(method -> names.add(method.getName()));
        Arrays.stream(type.getFields()).forEach(field -> names.add(field.getName()));
        return names.contains(name);
    }
}
