package dev.backplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.DocumentationTool;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Javadoc of what programs import is made without an error or a warning: each link leads somewhere, and nothing
/// public is left out.
final class JavadocTest {
    private static final List<Path> SOURCES =
            List.of(Path.of("..", "mmap-store", "src/main/java"), Path.of("..", "core", "src/main/java"));

    @TempDir
    private Path output;

    @Test
    void itIsMadeWithoutAWarning() throws IOException {
        final DocumentationTool javadoc = ToolProvider.getSystemDocumentationTool();
        final StringWriter said = new StringWriter();
        final boolean made;
        try (StandardJavaFileManager files = javadoc.getStandardFileManager(null, null, null)) {
            final List<String> options = List.of(
                    "-quiet",
                    "-Xdoclint:all",
                    "-public",
                    "-d",
                    output.toString(),
                    "-classpath",
                    System.getProperty("java.class.path"));
            made = javadoc.getTask(said, files, null, null, options, files.getJavaFileObjectsFromPaths(sources()))
                    .call();
        }
        assertEquals("", said.toString());
        assertTrue(made, "javadoc has failed");
        assertTrue(Files.exists(output.resolve("dev/backplane/Manager.html")), "no page of Manager");
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> store = Files.walk(SOURCES.get(0));
                Stream<Path> core = Files.walk(SOURCES.get(1))) {
            return Stream.concat(store, core)
                    .filter(file -> file.toString().endsWith(".java"))
                    .toList();
        }
    }
}
