package dev.backplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the compiler does not check and readers should not have to: lengths, documentation, leftovers.
final class TidyTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int LONGEST_LINE = 120;
    private static final int LONGEST_METHOD = 60;
    /// Tests have tables of cases, which read best in one piece.
    private static final int LONGEST_METHOD_OF_TESTS = 80;
    private static final int LONGEST_TYPE = 400;

    /// As many methods as Agrona's `AtomicBuffer` has, each a line that hands on to somebody else.
    private static final Set<String> LONG_BY_INTERFACE = Set.of("SegmentBuffer");

    private static final Pattern LEFTOVER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    private static final List<Path> SOURCES = new ArrayList<>();
    private static final List<String> FINDINGS = new ArrayList<>();

    @BeforeAll
    static void readTheSources() throws IOException {
        SOURCES.clear();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                final String name = directory.getFileName().toString();
                final boolean foreign = name.equals("target") || name.startsWith(".") && !directory.equals(ROOT);
                return foreign ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    SOURCES.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        FINDINGS.clear();
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            final JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(SOURCES));
            final Trees trees = Trees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Reader(unit, trees).scan(unit, null);
            }
        }
    }

    /// Finds declarations that are too long, or public and not documented.
    private static final class Reader extends TreePathScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final Trees trees;
        private final boolean product;

        Reader(CompilationUnitTree unit, Trees trees) {
            this.unit = unit;
            this.trees = trees;
            this.product = unit.getSourceFile().getName().contains("/src/main/");
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            final String name = type.getSimpleName().toString();
            if (lines(type) > LONGEST_TYPE && !LONG_BY_INTERFACE.contains(name)) {
                FINDINGS.add("long: " + name + " has " + lines(type) + " lines, at most " + LONGEST_TYPE);
            }
            if (product && !name.isEmpty() && needsWords(type) && isUndocumented()) {
                FINDINGS.add("undocumented: type " + name);
            }
            return super.visitClass(type, null);
        }

        /// Top-level types need words whoever sees them, nested ones if all do.
        private boolean needsWords(ClassTree type) {
            return type.getModifiers().getFlags().contains(Modifier.PUBLIC)
                    || getCurrentPath().getParentPath().getLeaf() == unit;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            final Tree parent = getCurrentPath().getParentPath().getLeaf();
            final String name = ((ClassTree) parent).getSimpleName() + "." + method.getName();
            final int longest = product ? LONGEST_METHOD : LONGEST_METHOD_OF_TESTS;
            if (lines(method) > longest) {
                FINDINGS.add("long: " + name + " has " + lines(method) + " lines, at most " + longest);
            }
            final Set<Modifier> flags = method.getModifiers().getFlags();
            final boolean open = ((ClassTree) parent).getModifiers().getFlags().contains(Modifier.PUBLIC)
                    && (flags.contains(Modifier.PUBLIC)
                            || flags.contains(Modifier.PROTECTED)
                            || parent.getKind() == Tree.Kind.INTERFACE && !flags.contains(Modifier.PRIVATE));
            final boolean inherits = method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
            if (product && open && !inherits && isUndocumented()) {
                FINDINGS.add("undocumented: method " + name);
            }
            return super.visitMethod(method, null);
        }

        private boolean isUndocumented() {
            return trees.getDocComment(getCurrentPath()) == null;
        }

        private long lines(Tree tree) {
            final SourcePositions positions = trees.getSourcePositions();
            return unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree))
                    - unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree))
                    + 1;
        }
    }

    private static List<String> findings(String kind) {
        assertTrue(SOURCES.size() > 100, () -> "found " + SOURCES.size() + " sources below " + ROOT);
        return FINDINGS.stream().filter(finding -> finding.startsWith(kind)).toList();
    }

    @Test
    void methodsAndTypesAreShort() {
        assertEquals(List.of(), findings("long"));
    }

    @Test
    void whatIsPublicIsDocumented() {
        assertEquals(List.of(), findings("undocumented"));
    }

    @Test
    void linesAreShortAndNothingIsLeftOver() throws IOException {
        final List<String> found = new ArrayList<>();
        for (Path source : SOURCES) {
            final List<String> lines = Files.readAllLines(source);
            for (int i = 0; i < lines.size(); i++) {
                final String line = lines.get(i);
                final boolean tidy = line.codePointCount(0, line.length()) <= LONGEST_LINE
                        && line.indexOf('\t') < 0
                        && !LEFTOVER.matcher(line).find();
                if (!tidy) {
                    found.add(ROOT.relativize(source) + ":" + (i + 1) + ": " + line);
                }
            }
        }
        assertEquals(List.of(), found);
    }

    @Test
    void everyPackageSaysWhatItIsForAndWhereNullsAre() throws IOException {
        final Set<Path> packages = new TreeSet<>();
        SOURCES.stream()
                .filter(source -> source.toString().contains("/src/main/"))
                .forEach(source -> packages.add(source.getParent()));
        final List<Path> found = new ArrayList<>();
        for (Path directory : packages) {
            final Path info = directory.resolve("package-info.java");
            if (Files.notExists(info)
                    || !Files.readString(info).startsWith("///")
                    || !Files.readString(info).contains("@NullMarked")) {
                found.add(ROOT.relativize(directory));
            }
        }
        assertEquals(List.of(), found);
    }
}
