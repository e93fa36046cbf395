package dev.backplane.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the operating system offers for sharing memory: the one place that tells platforms apart.
///
/// Linux on x86-64 and AArch64 gets futexes, anonymous memory files and open-file-description locks. Every
/// other system takes the portable path, which needs no native code: spinning and parking, temporary files,
/// and process ids with start times. `-Ddev.backplane.platform=portable` (or `linux`) overrides the choice.
/// All processes of one segment must agree on it, since they must tell the living from the dead by the same
/// evidence; [Segment#open] refuses a segment of the other kind.
public abstract class Platform {
    /// The system property that overrides the choice: `linux` or `portable`.
    public static final String PROPERTY = "dev.backplane.platform";

    private static final int USUAL_COLUMNS = 80;
    private static final int USUAL_ROWS = 24;

    /// How large a terminal is.
    ///
    /// @param columns its width, 80 if it does not say
    /// @param rows its height, 24 if it does not say
    public record TerminalSize(int columns, int rows) {
        static TerminalSize of(int columns, int rows) {
            return new TerminalSize(columns == 0 ? USUAL_COLUMNS : columns, rows == 0 ? USUAL_ROWS : rows);
        }
    }

    private final String name;
    private final int liveness;
    private final Futex futex;

    Platform(String name, int liveness, Futex futex) {
        this.name = name;
        this.liveness = liveness;
        this.futex = futex;
    }

    /// The platform of this JVM.
    ///
    /// @return always the same object
    public static Platform current() {
        return Holder.CURRENT;
    }

    /// `linux` or `portable`.
    ///
    /// @return the name, as the system property takes it
    public final String name() {
        return name;
    }

    /// How threads of several processes wait on a word.
    ///
    /// @return the futex of this platform
    public final Futex futex() {
        return futex;
    }

    /// How large the terminal behind a descriptor of this process is.
    ///
    /// @param descriptor 1 for standard output, 2 for standard error
    /// @return its size at this moment; nothing if there is a file or a pipe. Where the system cannot be asked, a
    ///     JVM whose input and output are a terminal is taken to have one there too
    public abstract Optional<TerminalSize> terminalSize(int descriptor);

    /// Opens the files of the anonymous segments of this user's processes, as far as they can be seen from
    /// here.
    ///
    /// @param label what their creators called them; where files have no such label, any may be among them
    /// @return to be closed by the caller
    abstract List<SegmentFile> anonymousSegments(String label) throws IOException;

    /// Opens the files without a name, anonymous or deleted from a directory, that this user's processes have
    /// open and that may be segments.
    ///
    /// @param directory from which they were deleted
    /// @return to be closed by the caller; nothing if the system does not tell
    Optional<List<SegmentFile>> namelessSegments(Path directory) throws IOException {
        return Optional.empty();
    }

    /// How the death of a participant is known; recorded in each segment's header.
    final int liveness() {
        return liveness;
    }

    /// Creates a file that must not exist, readable and writable by its owner only.
    ///
    /// @param path of the file
    /// @param name what messages call it, since `path` is a temporary one
    abstract SegmentFile create(Path path, Path name) throws IOException;

    /// Opens an existing file, never through a symbolic link.
    abstract SegmentFile open(Path path) throws IOException;

    /// Creates a file that vanishes with its last user.
    abstract SegmentFile anonymous(String label) throws IOException;

    /// Gives a complete file its name, which must not exist, in one step.
    abstract void link(Path existing, Path name) throws IOException;

    /// Opens a lock file, creating it if it is not there.
    abstract LockFile lockFile(Path path) throws IOException;

    /// Makes sure that stores to a range of a mapped file find room, as far as this system can tell.
    abstract void reserve(Path path, long offset, long length) throws IOException;

    /// Whether a file is a socket of this user's that nobody is bound to. Who is bound to it does not notice
    /// that it was asked about; where that cannot be, nothing is asked.
    boolean isLeftSocket(Path path) {
        return false;
    }

    /// Deletes a file, if it is one of [#isLeftSocket].
    boolean deleteLeftSocket(Path path) throws IOException {
        return false;
    }

    /// See [StreamSocket#connect].
    StreamSocket connect(Endpoint to, Duration timeout) throws IOException, InterruptedException {
        return NioSocket.connect(to, timeout);
    }

    /// See [StreamListener#listen].
    StreamListener listen(Endpoint at, int backlog) throws IOException {
        return NioListener.listen(at, backlog);
    }

    /// See [StreamSocket#ofDescriptor].
    StreamSocket socketOf(int descriptor) throws IOException {
        throw noDescriptors(descriptor);
    }

    /// See [StreamListener#ofDescriptor(int, boolean)].
    StreamListener listenerOf(int descriptor, boolean deletesFile) throws IOException {
        throw noDescriptors(descriptor);
    }

    /// Opens the file behind a descriptor anew, if it is one that an anonymous segment could be in.
    SegmentFile segmentOf(int descriptor) throws IOException {
        throw noDescriptors(descriptor);
    }

    /// Opens a file for reading and writing, in order to send its descriptor to another process. The other
    /// opens `/proc/self/fd/<descriptor>` in its turn.
    ///
    /// @param path of a file that exists, never followed if it is a symbolic link
    /// @return the descriptor, which is the caller's to close by [#closeDescriptor]
    /// @throws IOException if there is none, or it may not be opened
    /// @throws UnsupportedOperationException where files have no descriptors that can be sent
    public int openDescriptor(Path path) throws IOException {
        throw noDescriptors(-1);
    }

    /// Closes a descriptor of [#openDescriptor], [StreamSocket#openDescriptor],
    /// [StreamListener#openDescriptor], [Segment#openDescriptor] or [StreamSocket#receiveDescriptor] that
    /// nothing else has taken over.
    ///
    /// @param descriptor an open one: whatever it belongs to is closed
    /// @throws UnsupportedOperationException where files have no descriptors that can be sent
    public void closeDescriptor(int descriptor) {
        throw noDescriptors(descriptor);
    }

    private UnsupportedOperationException noDescriptors(int descriptor) {
        return new UnsupportedOperationException("the " + name + " platform has no descriptors that can be sent"
                + (descriptor < 0 ? "" : ", " + descriptor + " is of no use to it"));
    }

    private static Platform choose() {
        final String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        final String architecture = System.getProperty("os.arch", "");
        final boolean linux = os.equals("linux")
                && (architecture.equals("amd64") || architecture.equals("x86_64") || architecture.equals("aarch64"));
        final String chosen = System.getProperty(PROPERTY, linux ? "linux" : "portable");
        return switch (chosen) {
            case "linux" -> new LinuxPlatform(new NativeAccess(architecture));
            case "portable" -> new PortablePlatform();
            default ->
                throw new IllegalArgumentException("-D" + PROPERTY + "=" + chosen + ": expected linux or portable");
        };
    }

    /// Chosen at first use, so that merely loading a class binds nothing native.
    private static final class Holder {
        static final Platform CURRENT = choose();
    }
}
