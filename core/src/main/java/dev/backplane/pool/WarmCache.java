package dev.backplane.pool;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An ahead-of-time cache of the JDK for a pool's workers, in the user's cache directory: a worker that has one
/// is ready in about half the time.
///
/// There is one where the class path is made of jars, and this JVM has no cache of its own that its workers
/// share. It is made in the background when a pool first starts without; that pool's workers do without it.
final class WarmCache {
    /*
     * A cache fits one JDK, one class path and one set of options, or the JVM passes it over with a warning. All of
     * them, with the size and the time of each jar, are in the digest that names it: so an upgrade has a name of its
     * own, and what it has replaced is deleted in time.
     *
     * It is made by the one worker of a pool that does a few tasks and ends. Whoever makes one holds the lock of its
     * name, which the kernel frees if he is killed; the file is written under another name, and renamed when it is
     * whole. So two who come at once make one. The JVM that assembles a file outlives the maker, though, and writes it
     * though nobody waits for it any more. So each maker's file has a name that no other has, and who makes a cache
     * first deletes what others have left whose locks he can take.
     *
     * A lock that is deleted may be one that somebody has opened and is about to take, while the next one makes
     * another. Then both make the same cache, under names of their own, unless one deletes what the other has so far.
     */
    private static final String SWITCH = "dev.backplane.pool.cache";
    private static final String OFF = "off";
    private static final String SUFFIX = ".aot";
    private static final String LOCK = ".lock";
    private static final String PART = ".part";
    private static final int NAME_DIGITS = 32;
    private static final int MOST_KEPT = 4;

    /// What is left of a cache that is not whole: its lock, what was assembled, and what it was assembled of.
    private static final Pattern LEFT = Pattern.compile(
            "([0-9a-f]{" + NAME_DIGITS + "}" + Pattern.quote(SUFFIX) + ")(\\.lock|(\\.[0-9a-f]+)?\\.part(\\.config)?)");

    private static final int TRAINING_TASKS = 2000;

    /// With one of these a cache is made or used already, or cannot be used.
    private static final List<String> RULING_OUT =
            List.of("-XX:AOT", "-XX:SharedArchiveFile", "-Xshare", "-javaagent", "-agent", "--patch-module");

    /// The caches that this JVM is making: a lock of a file is the process's, which loses it as soon as it closes any
    /// channel to that file.
    private static final Set<Path> MAKING = ConcurrentHashMap.newKeySet();

    private final Path file;

    WarmCache(Path file) {
        this.file = file;
    }

    /// The cache for workers with these options, whether it exists or not; null where there can be none.
    static @Nullable WarmCache of(List<String> options) {
        final String directory = System.getProperty(SWITCH, "");
        final List<String> all =
                new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
        all.addAll(options);
        if (directory.equals(OFF)
                || System.getProperty("jdk.module.path") != null
                || all.stream().anyMatch(option -> RULING_OUT.stream().anyMatch(option::startsWith))) {
            return null;
        }
        try {
            final Path home = directory.isEmpty() ? cacheHome() : Path.of(directory);
            final String name = digest(all);
            return name == null ? null : new WarmCache(home.resolve(name + SUFFIX));
        } catch (IOException _) {
            return null; // A class path with something missing: the workers will say so.
        }
    }

    private static Path cacheHome() {
        final String xdg = System.getenv("XDG_CACHE_HOME");
        final Path home =
                xdg == null || xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return home.resolve("backplane");
    }

    /// A digest of all that a cache depends on, null if the class path has more than jars.
    private static @Nullable String digest(List<String> options) throws IOException {
        final List<String> parts = new ArrayList<>();
        parts.add(System.getProperty("java.home"));
        parts.add(Runtime.version().toString());
        parts.add(System.getProperty("java.vm.version"));
        parts.addAll(options);
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
            final Path path = Path.of(entry);
            if (entry.isEmpty() || !Files.isRegularFile(path)) {
                return null;
            }
            final BasicFileAttributes jar = Files.readAttributes(path, BasicFileAttributes.class);
            parts.add(path.toAbsolutePath() + " " + jar.size() + " " + jar.lastModifiedTime());
        }
        final MessageDigest digest = Sha256.begin();
        digest.update(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
        return Sha256.hex(digest).substring(0, NAME_DIGITS);
    }

    /// The options that have a worker use the cache; none if it does not exist, or others could have written it.
    List<String> options() {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && isOurs(file) && isOurs(directory())
                    ? List.of("-XX:AOTCache=" + file)
                    : List.of();
        } catch (IOException _) {
            return List.of(); // Gone meanwhile.
        }
    }

    private Path directory() throws IOException {
        final Path parent = file.getParent();
        if (parent == null) {
            throw new IOException("no directory: " + file);
        }
        return parent;
    }

    /// Whether nobody else could have written a file, or put another one in a directory.
    static boolean isOurs(Path path) throws IOException {
        final Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        return !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE)
                && isOwn(path);
    }

    /// By number where there is one: several users may have one name, and one user several.
    private static boolean isOwn(Path path) throws IOException {
        final Path self = Path.of("/proc/self");
        if (!Files.isDirectory(self)) {
            return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName().equals(System.getProperty("user.name"));
        }
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                .equals(Files.getAttribute(self, "unix:uid"));
    }

    /// Makes the cache if there is none that can be used, in a thread of its own. What keeps it from being made
    /// keeps nobody from working without it.
    ///
    /// @param trained a builder of a pool like that of the workers, for one that is to write a cache to a file
    void makeInBackground(Function<Path, PoolBuilder> trained) {
        if (options().isEmpty()) {
            Thread.ofPlatform().daemon().name("backplane-cache").start(() -> {
                if (!MAKING.add(file)) {
                    return; // Another pool of this JVM makes it.
                }
                try {
                    make(trained);
                } catch (IOException | InterruptedException | RuntimeException _) {
                    // The next pool tries again.
                } finally {
                    MAKING.remove(file);
                }
            });
        }
    }

    /// Makes it, unless somebody else does.
    void make(Function<Path, PoolBuilder> trained) throws IOException, InterruptedException {
        Files.createDirectories(
                directory(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (!isOurs(directory())) {
            return; // Whoever can write there could make our workers load what he wrote.
        }
        try (FileChannel channel = openLock(file);
                FileLock held = channel.tryLock()) {
            if (held == null || !options().isEmpty()) {
                return;
            }
            deleteLeft();
            final Path part = beside(file, "." + Long.toHexString(new SecureRandom().nextLong()) + PART);
            train(trained.apply(part));
            if (Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
                Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-------"));
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
                deleteOld();
            }
        }
    }

    private static FileChannel openLock(Path cache) throws IOException {
        return FileChannel.open(
                beside(cache, LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /// Deletes what makers have left who ended before their caches were whole.
    private void deleteLeft() throws IOException {
        final Map<Path, List<Path>> left = new HashMap<>();
        try (Stream<Path> files = Files.list(directory())) {
            files.forEach(found -> {
                final Matcher name = LEFT.matcher(found.getFileName().toString());
                if (name.matches()) {
                    left.computeIfAbsent(found.resolveSibling(name.group(1)), _ -> new ArrayList<>())
                            .add(found);
                }
            });
        }
        deleteParts(left.getOrDefault(file, List.of()));
        left.remove(file);
        left.forEach(WarmCache::deleteLeft);
    }

    /// Deletes what is left of another cache, unless somebody makes it.
    private static void deleteLeft(Path cache, List<Path> left) {
        if (!MAKING.add(cache)) {
            return;
        }
        try (FileChannel channel = openLock(cache);
                FileLock held = channel.tryLock()) {
            if (held != null) {
                deleteParts(left);
                if (!Files.exists(cache, LinkOption.NOFOLLOW_LINKS)) {
                    Files.deleteIfExists(beside(cache, LOCK));
                }
            }
        } catch (IOException _) {
            // It stays, and is in nobody's way.
        } finally {
            MAKING.remove(cache);
        }
    }

    private static void deleteParts(List<Path> left) throws IOException {
        for (Path found : left) {
            if (!found.toString().endsWith(LOCK)) {
                Files.deleteIfExists(found);
            }
        }
    }

    private static void train(PoolBuilder builder) throws IOException, InterruptedException {
        try (ProcessPool pool = builder.start()) {
            pool.map(IntStream.range(0, TRAINING_TASKS).boxed().toList(), x -> "task " + x);
            for (int i = 0; i < TRAINING_TASKS; i++) {
                final int task = i;
                pool.apply(() -> task + 1L);
            }
        }
    }

    /// Deletes all caches but the newest.
    private void deleteOld() throws IOException {
        final List<Path> newestFirst;
        try (Stream<Path> files = Files.list(directory())) {
            newestFirst = files.sorted(
                            Comparator.comparingLong(WarmCache::modified).reversed())
                    .toList();
        }
        int kept = 0;
        for (Path found : newestFirst) {
            final String name = found.toString();
            if (name.endsWith(SUFFIX) && ++kept > MOST_KEPT) {
                Files.deleteIfExists(found);
                Files.deleteIfExists(beside(found, LOCK));
            }
        }
    }

    private static Path beside(Path cache, String suffix) {
        return cache.resolveSibling(cache.getFileName() + suffix);
    }

    private static long modified(Path path) {
        try {
            return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toMillis();
        } catch (IOException _) {
            return 0;
        }
    }
}
