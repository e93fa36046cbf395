package dev.backplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Documents;
import dev.backplane.store.testing.Python;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The code in the documents is code: each block of Java compiles, each of Python is Python.
///
/// A block of Java is what a method could contain, or, if it begins with a modifier, what a class could. What it uses
/// and does not show stands in a comment before it, which readers of the rendered document do not see:
/// `<!-- given: byte[] key; -->`.
final class DocumentSnippetsTest {
    private static final String GIVEN = " given:";
    private static final Pattern MEMBERS = Pattern.compile("^(?:public|private|protected|static|abstract)\\b");

    private static final String IMPORTS = """
            import static java.util.concurrent.TimeUnit.*;
            import dev.backplane.*;
            import dev.backplane.codec.*;
            import dev.backplane.connection.*;
            import dev.backplane.pickle.*;
            import dev.backplane.pool.*;
            import dev.backplane.process.*;
            import dev.backplane.remote.*;
            import dev.backplane.store.*;
            import dev.backplane.store.durable.*;
            import java.io.*;
            import java.lang.foreign.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.function.*;
            import java.util.stream.*;
            """;

    @TempDir
    private Path directory;

    /// A block as a class of its own.
    private static final class Source extends SimpleJavaFileObject {
        private final String text;
        private final String where;

        Source(String document, int number, Documents.Block block) {
            super(URI.create("string:///Snippet" + number + ".java"), Kind.SOURCE);
            final StringBuilder imports = new StringBuilder(IMPORTS);
            final StringBuilder code = new StringBuilder();
            block.code().lines().forEach(line -> (line.startsWith("import ") ? imports : code).append(line + "\n"));
            final String body = code.toString().strip();
            final String comment = block.comment();
            final String given = comment.startsWith(GIVEN) ? comment.substring(GIVEN.length()) : "";
            this.where = document + ":" + block.line();
            this.text = imports + "abstract class Snippet" + number + " {\n" + given + "\n"
                    + (MEMBERS.matcher(body).find() ? body : "void body() throws Exception {\n" + body + "\n}")
                    + "\n}\n";
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    @Test
    void everyBlockOfJavaCompiles() {
        final List<Source> blocks = new ArrayList<>();
        for (Map.Entry<String, String> document : Documents.all().entrySet()) {
            for (Documents.Block block : Documents.blocks(document.getValue(), "java")) {
                blocks.add(new Source(document.getKey(), blocks.size(), block));
            }
        }
        assertTrue(blocks.size() >= 8, "found " + blocks.size() + " blocks");
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        final List<String> options = List.of(
                "-proc:none",
                "-Xlint:none",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString());
        final boolean compiled =
                compiler.getTask(null, null, said, options, null, blocks).call();
        final List<String> errors = new ArrayList<>();
        for (Diagnostic<? extends JavaFileObject> one : said.getDiagnostics()) {
            if (one.getKind() == Diagnostic.Kind.ERROR && one.getSource() instanceof Source source) {
                errors.add(source.where + ": " + one.getMessage(null));
            }
        }
        assertEquals(List.of(), errors);
        assertTrue(compiled, () -> said.getDiagnostics().toString());
    }

    @Test
    void everyBlockOfPythonIsPython() throws IOException, InterruptedException {
        final Python.Version python = Python.onPath();
        int blocks = 0;
        for (Map.Entry<String, String> document : Documents.all().entrySet()) {
            for (Documents.Block block : Documents.blocks(document.getValue(), "python")) {
                final Path script = Files.writeString(directory.resolve("block.py"), block.code());
                final String compile = "import sys; compile(open(sys.argv[1]).read(), sys.argv[2], 'exec')";
                Python.run(python, "-c", compile, script.toString(), document.getKey())
                        .succeeded();
                blocks++;
            }
        }
        assertTrue(blocks >= 3, "found " + blocks + " blocks");
    }
}
