package dev.backplane.store;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// The Linux system calls, through the foreign-function interface.
///
/// This is the only class with a [Linker]; those of sockets are in [SocketCalls]. Each method either succeeds
/// or returns the negated errno, as the kernel itself does, so that callers decide which refusals they
/// expect; [#failure] turns the others into an exception whose message names the remedy.
///
/// All calls go through one function, syscall(2): each function that a JVM binds costs it some 20 ms at its
/// start. It is not `critical`: several calls can block, and a critical one would hold up every safepoint.
@SuppressWarnings("restricted") // Native access is what this class is for.
final class NativeAccess {
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_CLOEXEC = 0x80000;

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int EMFILE = 24;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ENOSYS = 38;
    static final int ELOOP = 40;
    static final int EOPNOTSUPP = 95;
    static final int ETIMEDOUT = 110;
    static final int EDQUOT = 122;

    private static final int AT_FDCWD = -100;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    private static final int MFD_CLOEXEC = 1;
    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;

    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));
    private static final long ERRNO_BYTES = Linker.Option.captureStateLayout().byteSize();

    /// `struct flock` of the 64-bit Linux ABIs: l_type, l_whence, l_start, l_len, l_pid.
    private static final long FLOCK_BYTES = 32;

    private static final long FLOCK_START = 8;
    private static final long FLOCK_LENGTH = 16;
    private static final long TIMESPEC_BYTES = 16;

    private static final long SCRATCH_BYTES = 64;
    private static final long SCRATCH_TIMESPEC = 32;

    /// What the calls of one platform thread write to: errno, and a timespec. A futex is called when its
    /// thread has just woken or is about to wake another; memory of the C library's heap, taken and given
    /// back each time, made such a call slower than the C function by more than the rest of it.
    ///
    /// Virtual threads, which come by the thousand and sleep elsewhere, have none.
    private static final ThreadLocal<MemorySegment> SCRATCH =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(SCRATCH_BYTES, Long.BYTES));

    /// `struct futex_waitv`: val, uaddr, flags, reserved.
    static final long WAITV_BYTES = 24;

    private static final long WAITV_ADDRESS = 8;
    private static final long WAITV_FLAGS = 16;
    private static final int FUTEX2_SIZE_U32 = 2;
    /// `struct winsize`: ws_row, ws_col, ws_xpixel, ws_ypixel.
    private static final long WINSIZE_BYTES = 8;

    private static final long WINSIZE_COLUMNS = 2;
    private static final int TIOCGWINSZ = 0x5413;

    private static final int CLOCK_MONOTONIC = 1;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final SystemCalls numbers;

    NativeAccess(String architecture) {
        numbers = SystemCalls.of(architecture);
        findSyscall(Linker.nativeLinker()); // Here, where its absence has an exception of its own.
    }

    private static MemorySegment findSyscall(Linker linker) {
        return linker.defaultLookup()
                .find("syscall")
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no function syscall; use -D"
                        + Platform.PROPERTY + "=portable to do without it"));
    }

    /// A constant, which the compiler calls without looking it up.
    private static final class Numbers {
        static final MethodHandle SYSCALL = bind(JAVA_LONG);
    }

    /// The function syscall(2), with this kind of second argument.
    private static MethodHandle bind(MemoryLayout second) {
        final Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                findSyscall(linker),
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, second, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1),
                Linker.Option.captureCallState("errno"));
    }

    /// Bound when first used: few programs hand large memory of their own to the kernel.
    private static final class Pointers {
        static final MethodHandle SYSCALL = bind(ValueLayout.ADDRESS);
    }

    /// Bound when first used. A critical call takes memory of the Java heap, which stays where it is meanwhile: so no
    /// call that waits may be made so, and it has no errno.
    private static final class Heap {
        static final MethodHandle SYSCALL = Linker.nativeLinker()
                .downcallHandle(
                        findSyscall(Linker.nativeLinker()),
                        FunctionDescriptor.of(
                                JAVA_LONG,
                                JAVA_LONG,
                                JAVA_LONG,
                                ValueLayout.ADDRESS,
                                JAVA_LONG,
                                JAVA_LONG,
                                JAVA_LONG,
                                JAVA_LONG),
                        Linker.Option.firstVariadicArg(1),
                        Linker.Option.critical(true));
    }

    /// One system call that does not wait, with memory of the Java heap as its second argument; its result, or -1.
    long callOnHeap(int number, long a, MemorySegment b, long c, long d) {
        try {
            return (long) Heap.SYSCALL.invokeExact((long) number, a, b, c, d, 0L, 0L);
        } catch (Throwable t) {
            throw unchecked(t);
        }
    }

    /// One system call; its result, or -errno.
    private long call(Arena arena, int number, long a, long b, long c, long d, long e, long f) {
        return call(arena.allocate(ERRNO_BYTES, Integer.BYTES), number, a, b, c, d, e, f);
    }

    /// The same, with memory for errno at the start of `state`.
    long call(MemorySegment state, int number, long a, long b, long c, long d, long e, long f) {
        try {
            final long result = (long) Numbers.SYSCALL.invokeExact(state, (long) number, a, b, c, d, e, f);
            return result == -1 ? -state.get(JAVA_INT, ERRNO_OFFSET) : result;
        } catch (Throwable t) {
            throw unchecked(t);
        }
    }

    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException r ? r : new IllegalStateException("a native call failed", thrown);
    }

    private int call(int number, long a, long b, long c, long d) {
        return call(number, a, b, c, d, 0);
    }

    int call(int number, long a, long b, long c, long d, long e) {
        if (!Thread.currentThread().isVirtual()) {
            return (int) call(SCRATCH.get(), number, a, b, c, d, e, 0);
        }
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(arena, number, a, b, c, d, e, 0);
        }
    }

    /// One system call with a pointer as its second argument, whose memory stays there for the length of the
    /// call even if another thread closes its arena; its result, or -errno.
    long callWith(MemorySegment state, int number, long a, MemorySegment b, long c, long d) {
        try {
            final long result = (long) Pointers.SYSCALL.invokeExact(state, (long) number, a, b, c, d, 0L, 0L);
            return result == -1 ? -state.get(JAVA_INT, ERRNO_OFFSET) : result;
        } catch (Throwable t) {
            throw unchecked(t);
        }
    }

    SystemCalls numbers() {
        return numbers;
    }

    /// Opens a file, close-on-exec. Returns a descriptor or -errno.
    int open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            final long name = arena.allocateFrom(path).address();
            return (int) call(arena, numbers.openat(), AT_FDCWD, name, flags | O_CLOEXEC, mode, 0, 0);
        }
    }

    /// Closes a descriptor. Errors of close(2) lose nothing here: the descriptor is gone in any case.
    void close(int fd) {
        call(numbers.close(), fd, 0, 0, 0);
    }

    int ftruncate(int fd, long size) {
        return call(numbers.ftruncate(), fd, size, 0, 0);
    }

    /// Reserves pages for a range; on success no later store to it can run out of space.
    int allocate(int fd, long offset, long length) {
        return fallocate(fd, 0, offset, length);
    }

    /// Gives the whole pages of a range back; they read as zeros afterwards.
    int punchHole(int fd, long offset, long length) {
        return fallocate(fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, offset, length);
    }

    private int fallocate(int fd, int mode, long offset, long length) {
        int result;
        do {
            result = call(numbers.fallocate(), fd, mode, offset, length);
        } while (result == -EINTR);
        return result;
    }

    int memfdCreate(String name) {
        try (Arena arena = Arena.ofConfined()) {
            final long label = arena.allocateFrom(name).address();
            return (int) call(arena, numbers.memfdCreate(), label, MFD_CLOEXEC, 0, 0, 0, 0);
        }
    }

    /// All memory of this process, for who knows what is where: see [MappedAccess].
    ///
    /// @return null where this library does not call the system, and has not been told that it may
    static @Nullable MemorySegment allMemory() {
        final boolean calls = Platform.current() instanceof LinuxPlatform;
        return calls || NativeAccess.class.getModule().isNativeAccessEnabled()
                ? MemorySegment.NULL.reinterpret(Long.MAX_VALUE)
                : null;
    }

    /// Maps a file shared, for reading and writing; unmapped when `arena` finds the memory unreachable or is
    /// closed.
    MemorySegment map(int fd, long size, Arena arena, String what) throws IOException {
        final long address;
        try (Arena call = Arena.ofConfined()) {
            address = call(call, numbers.mmap(), 0, size, PROT_READ_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
        }
        if (address < 0) {
            throw failure((int) address, "map " + size + " bytes of", what);
        }
        return MemorySegment.ofAddress(address)
                .reinterpret(size, arena, mapped -> call(numbers.munmap(), mapped.address(), size, 0, 0));
    }

    /// Takes the open-file-description lock on one byte without waiting; 0, or -EAGAIN when another holds it.
    int lockByte(int fd, long position) {
        try (Arena arena = Arena.ofConfined()) {
            return ofdLock(arena, fd, F_OFD_SETLK, flock(arena, F_WRLCK, position));
        }
    }

    int unlockByte(int fd, long position) {
        try (Arena arena = Arena.ofConfined()) {
            return ofdLock(arena, fd, F_OFD_SETLK, flock(arena, F_UNLCK, position));
        }
    }

    /// Whether some other open file description holds the lock on one byte: 1 or 0, or -errno.
    int isByteLocked(int fd, long position) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment flock = flock(arena, F_WRLCK, position);
            final int result = ofdLock(arena, fd, F_OFD_GETLK, flock);
            if (result < 0) {
                return result;
            }
            return flock.get(JAVA_SHORT, 0) == F_UNLCK ? 0 : 1;
        }
    }

    private int ofdLock(Arena arena, int fd, int command, MemorySegment flock) {
        return (int) call(arena, numbers.fcntl(), fd, command, flock.address(), 0, 0, 0);
    }

    private static MemorySegment flock(Arena arena, short type, long position) {
        final MemorySegment flock = arena.allocate(FLOCK_BYTES, Long.BYTES);
        flock.set(JAVA_SHORT, 0, type);
        flock.set(JAVA_LONG, FLOCK_START, position);
        flock.set(JAVA_LONG, FLOCK_LENGTH, 1);
        return flock;
    }

    /// Sleeps while the word equals `expected`, at most `timeoutNanos`; 0, or -EAGAIN, -ETIMEDOUT, -EINTR.
    /// Not for virtual threads.
    int futexWait(MemorySegment word, int expected, long timeoutNanos) {
        try {
            final MemorySegment scratch = SCRATCH.get();
            setTimespec(scratch, SCRATCH_TIMESPEC, timeoutNanos);
            final long timespec = scratch.address() + SCRATCH_TIMESPEC;
            return (int) call(scratch, numbers.futex(), word.address(), FUTEX_WAIT, expected, timespec, 0, 0);
        } finally {
            java.lang.ref.Reference.reachabilityFence(word); // Its address alone would not keep it mapped.
        }
    }

    static void setTimespec(MemorySegment memory, long offset, long nanos) {
        memory.set(JAVA_LONG, offset, nanos / NANOS_PER_SECOND);
        memory.set(JAVA_LONG, offset + Long.BYTES, nanos % NANOS_PER_SECOND);
    }

    /// Wakes at most `count` sleepers of a word; how many it woke, or -errno.
    int futexWake(MemorySegment word, int count) {
        try {
            return call(numbers.futex(), word.address(), FUTEX_WAKE, count, 0);
        } finally {
            java.lang.ref.Reference.reachabilityFence(word);
        }
    }

    /// Whether the kernel has futex_waitv(2).
    boolean hasFutexWaitv() {
        // No words to wait for is an invalid argument to a kernel that has the call.
        return call(numbers.futexWaitv(), 0, 0, 0, 0) != -ENOSYS;
    }

    /// Fills one entry of what [#futexWaitv] waits for. The caller keeps `word` reachable.
    static void setWaitv(MemorySegment entries, int index, MemorySegment word, int expected) {
        final long base = index * WAITV_BYTES;
        entries.set(JAVA_LONG, base, Integer.toUnsignedLong(expected));
        entries.set(JAVA_LONG, base + WAITV_ADDRESS, word.address());
        entries.set(JAVA_INT, base + WAITV_FLAGS, FUTEX2_SIZE_U32);
        entries.set(JAVA_INT, base + WAITV_FLAGS + Integer.BYTES, 0);
    }

    /// Sleeps while each word equals what is expected of it, at most `timeoutNanos`; the index of one that
    /// was woken, or -EAGAIN, -ETIMEDOUT, -EINTR.
    int futexWaitv(MemorySegment entries, int count, long timeoutNanos) {
        try (Arena arena = Arena.ofConfined()) {
            // The call takes a point in time of the clock that System.nanoTime reads on Linux.
            final long until = System.nanoTime() + timeoutNanos;
            final MemorySegment timespec = arena.allocate(TIMESPEC_BYTES, Long.BYTES);
            setTimespec(timespec, 0, until);
            return (int) call(
                    arena, numbers.futexWaitv(), entries.address(), count, 0, timespec.address(), CLOCK_MONOTONIC, 0);
        }
    }

    /// How large the terminal behind a descriptor is: `columns << 16 | rows`, each 0 if it does not say; -errno if
    /// it is no terminal.
    long terminalSize(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment size = arena.allocate(WINSIZE_BYTES, Short.BYTES);
            final int result = (int) call(arena, numbers.ioctl(), fd, TIOCGWINSZ, size.address(), 0, 0, 0);
            return result < 0
                    ? result
                    : Short.toUnsignedLong(size.get(JAVA_SHORT, WINSIZE_COLUMNS)) << Short.SIZE
                            | Short.toUnsignedLong(size.get(JAVA_SHORT, 0));
        }
    }

    int effectiveUserId() {
        return call(numbers.geteuid(), 0, 0, 0, 0);
    }

    /// The exception for a refused call: what was tried on what, the reason, and what to do about it.
    static IOException failure(int negatedErrno, String tried, String what) {
        return new IOException("cannot " + tried + " " + what + ": " + reason(-negatedErrno));
    }

    /// What an errno means, and what to do about it.
    static String reason(int error) {
        return switch (error) {
            case EPERM -> "operation not permitted";
            case ENOENT -> "no such file or directory";
            case ENOMEM -> "no address space or memory; check `ulimit -v` and vm.max_map_count";
            case EACCES -> "permission denied";
            case EEXIST -> "it exists already";
            case EISDIR -> "it is a directory";
            case EINVAL -> "invalid argument";
            case EMFILE -> "too many open files; raise `ulimit -n`";
            case EFBIG -> "the file would be too large for this file system or `ulimit -f`";
            case ENOSPC ->
                "no space left; free some, enlarge the file system (for /dev/shm: `mount -o remount,size=…`)"
                        + " or choose another directory";
            case EROFS -> "the file system is read-only";
            case ELOOP -> "it is a symbolic link, which is never followed";
            case EDQUOT -> "the disk quota is used up";
            default -> "errno " + error;
        };
    }
}
