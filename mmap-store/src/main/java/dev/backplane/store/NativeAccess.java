package dev.backplane.store;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The Linux system calls that segments need, bound once through the foreign-function interface.
///
/// This is the only class with a [Linker], a [SymbolLookup] or an errno. Each method either succeeds or returns
/// the negated errno, as the kernel itself does, so that callers decide which refusals they expect; [#failure]
/// turns the others into an exception whose message names the remedy.
///
/// No downcall here is `critical`: several can block, and a critical one would hold up every safepoint.
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

    private static final StructLayout ERRNO_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = ERRNO_STATE
            .varHandle(MemoryLayout.PathElement.groupElement("errno"))
            .withInvokeExactBehavior();

    /// `struct flock` of the 64-bit Linux ABIs.
    private static final StructLayout FLOCK = MemoryLayout.structLayout(
            java.lang.foreign.ValueLayout.JAVA_SHORT.withName("l_type"),
            java.lang.foreign.ValueLayout.JAVA_SHORT.withName("l_whence"),
            MemoryLayout.paddingLayout(4),
            JAVA_LONG.withName("l_start"),
            JAVA_LONG.withName("l_len"),
            JAVA_INT.withName("l_pid"),
            MemoryLayout.paddingLayout(4));

    private static final VarHandle L_TYPE =
            FLOCK.varHandle(MemoryLayout.PathElement.groupElement("l_type")).withInvokeExactBehavior();
    private static final VarHandle L_START =
            FLOCK.varHandle(MemoryLayout.PathElement.groupElement("l_start")).withInvokeExactBehavior();
    private static final VarHandle L_LEN =
            FLOCK.varHandle(MemoryLayout.PathElement.groupElement("l_len")).withInvokeExactBehavior();

    private final int futexNumber;
    private final MethodHandle open;
    private final MethodHandle close;
    private final MethodHandle ftruncate;
    private final MethodHandle fallocate;
    private final MethodHandle fcntlLock;
    private final MethodHandle memfdCreate;
    private final MethodHandle mmap;
    private final MethodHandle munmap;
    private final MethodHandle syscallFutex;
    private final MethodHandle geteuid;

    NativeAccess(String architecture) {
        futexNumber = futexNumber(architecture);
        final Linker linker = Linker.nativeLinker();
        final SymbolLookup libc = linker.defaultLookup();
        final Linker.Option errno = Linker.Option.captureCallState("errno");
        open = linker.downcallHandle(
                symbol(libc, "open"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                Linker.Option.firstVariadicArg(2),
                errno);
        close = linker.downcallHandle(symbol(libc, "close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT), errno);
        ftruncate = linker.downcallHandle(
                symbol(libc, "ftruncate"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), errno);
        fallocate = linker.downcallHandle(
                symbol(libc, "fallocate"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
                errno);
        fcntlLock = linker.downcallHandle(
                symbol(libc, "fcntl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
                Linker.Option.firstVariadicArg(2),
                errno);
        memfdCreate = linker.downcallHandle(
                symbol(libc, "memfd_create"), FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), errno);
        mmap = linker.downcallHandle(
                symbol(libc, "mmap"),
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
                errno);
        munmap = linker.downcallHandle(
                symbol(libc, "munmap"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG), errno);
        syscallFutex = linker.downcallHandle(
                symbol(libc, "syscall"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG),
                Linker.Option.firstVariadicArg(1),
                errno);
        geteuid = linker.downcallHandle(symbol(libc, "geteuid"), FunctionDescriptor.of(JAVA_INT));
    }

    private static int futexNumber(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> 202;
            case "aarch64" -> 98;
            default ->
                throw new UnsupportedOperationException("no futex system call number is known for " + architecture
                        + "; use -D" + Platform.PROPERTY + "=portable");
        };
    }

    private static MemorySegment symbol(SymbolLookup lookup, String name) {
        return lookup.find(name)
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no function " + name
                        + "; use -D" + Platform.PROPERTY + "=portable to do without it"));
    }

    /// Opens a file, never through a symbolic link in its last component, close-on-exec. Returns a descriptor
    /// or -errno.
    int open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = arena.allocate(ERRNO_STATE);
            final int fd = (int) open.invokeExact(state, arena.allocateFrom(path), flags | O_CLOEXEC, mode);
            return fd >= 0 ? fd : -errno(state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Closes a descriptor. Errors of close(2) lose nothing here: the descriptor is gone in any case.
    void close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            final int _ = (int) close.invokeExact(arena.allocate(ERRNO_STATE), fd);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    int ftruncate(int fd, long size) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = arena.allocate(ERRNO_STATE);
            final int result = (int) ftruncate.invokeExact(state, fd, size);
            return result == 0 ? 0 : -errno(state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
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
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = arena.allocate(ERRNO_STATE);
            int error;
            do {
                final int result = (int) fallocate.invokeExact(state, fd, mode, offset, length);
                error = result == 0 ? 0 : errno(state);
            } while (error == EINTR);
            return -error;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    int memfdCreate(String name) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = arena.allocate(ERRNO_STATE);
            final int fd = (int) memfdCreate.invokeExact(state, arena.allocateFrom(name), MFD_CLOEXEC);
            return fd >= 0 ? fd : -errno(state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Maps a file shared, for reading and writing; unmapped when `arena` finds the memory unreachable or is
    /// closed.
    MemorySegment map(int fd, long size, Arena arena, String what) throws IOException {
        final long address;
        try (Arena call = Arena.ofConfined()) {
            final MemorySegment state = call.allocate(ERRNO_STATE);
            address = (long) mmap.invokeExact(
                    state, MemorySegment.NULL, size, PROT_READ_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0L);
            if (address == -1L) {
                throw failure(-errno(state), "map " + size + " bytes of", what);
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable t) {
            throw unexpected(t);
        }
        return MemorySegment.ofAddress(address).reinterpret(size, arena, mapped -> unmap(mapped.address(), size));
    }

    private void unmap(long address, long size) {
        try (Arena call = Arena.ofConfined()) {
            final int _ = (int) munmap.invokeExact(call.allocate(ERRNO_STATE), address, size);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Takes the open-file-description lock on one byte without waiting; 0, or -EAGAIN when another holds it.
    int lockByte(int fd, long position) {
        return ofdLock(fd, F_OFD_SETLK, F_WRLCK, position);
    }

    int unlockByte(int fd, long position) {
        return ofdLock(fd, F_OFD_SETLK, F_UNLCK, position);
    }

    private int ofdLock(int fd, int command, short type, long position) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = arena.allocate(ERRNO_STATE);
            final MemorySegment flock = flock(arena, type, position);
            final int result = (int) fcntlLock.invokeExact(state, fd, command, flock);
            return result == 0 ? 0 : -errno(state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Whether some other open file description holds the lock on one byte: 1 or 0, or -errno.
    int isByteLocked(int fd, long position) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = arena.allocate(ERRNO_STATE);
            final MemorySegment flock = flock(arena, F_WRLCK, position);
            final int result = (int) fcntlLock.invokeExact(state, fd, F_OFD_GETLK, flock);
            if (result != 0) {
                return -errno(state);
            }
            return (short) L_TYPE.get(flock, 0L) == F_UNLCK ? 0 : 1;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static MemorySegment flock(Arena arena, short type, long position) {
        final MemorySegment flock = arena.allocate(FLOCK);
        L_TYPE.set(flock, 0L, type);
        L_START.set(flock, 0L, position);
        L_LEN.set(flock, 0L, 1L);
        return flock;
    }

    /// Sleeps while the word equals `expected`, at most `timeoutNanos`; 0, or -EAGAIN, -ETIMEDOUT, -EINTR.
    int futexWait(MemorySegment word, int expected, long timeoutNanos) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = arena.allocate(ERRNO_STATE);
            final MemorySegment timespec = arena.allocate(JAVA_LONG, 2);
            timespec.setAtIndex(JAVA_LONG, 0, timeoutNanos / 1_000_000_000L);
            timespec.setAtIndex(JAVA_LONG, 1, timeoutNanos % 1_000_000_000L);
            final long result = (long) syscallFutex.invokeExact(
                    state,
                    (long) futexNumber,
                    word,
                    (long) FUTEX_WAIT,
                    expected & 0xFFFF_FFFFL,
                    timespec,
                    MemorySegment.NULL,
                    0L);
            return result >= 0 ? 0 : -errno(state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Wakes at most `count` sleepers of a word; how many it woke, or -errno.
    int futexWake(MemorySegment word, int count) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = arena.allocate(ERRNO_STATE);
            final long result = (long) syscallFutex.invokeExact(
                    state,
                    (long) futexNumber,
                    word,
                    (long) FUTEX_WAKE,
                    (long) count,
                    MemorySegment.NULL,
                    MemorySegment.NULL,
                    0L);
            return result >= 0 ? (int) result : -errno(state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    int effectiveUserId() {
        try {
            return (int) geteuid.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// The exception for a refused call: what was tried on what, the reason, and what to do about it.
    static IOException failure(int negatedErrno, String tried, String what) {
        final int error = -negatedErrno;
        final String reason = switch (error) {
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
        return new IOException("cannot " + tried + " " + what + ": " + reason);
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error e) {
            throw e;
        }
        return t instanceof RuntimeException r ? r : new IllegalStateException("a native call failed", t);
    }
}
