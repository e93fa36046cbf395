package dev.backplane.store;

/// The numbers of the system calls that segments and sockets need, which differ between architectures
/// (linux/arch/x86/entry/syscalls/syscall_64.tbl; linux/include/uapi/asm-generic/unistd.h).
record SystemCalls(
        int openat,
        int close,
        int ftruncate,
        int fallocate,
        int fcntl,
        int memfdCreate,
        int mmap,
        int munmap,
        int futex,
        int geteuid,
        int futexWaitv,
        int ioctl,
        SocketNumbers sockets) {
    private static final SystemCalls X86_64 =
            new SystemCalls(257, 3, 77, 285, 72, 319, 9, 11, 202, 107, 449, 16, SocketNumbers.X86_64);
    private static final SystemCalls AARCH64 =
            new SystemCalls(56, 57, 46, 47, 25, 279, 222, 215, 98, 175, 449, 29, SocketNumbers.AARCH64);

    static SystemCalls of(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default ->
                throw new UnsupportedOperationException("no system call numbers are known for " + architecture
                        + "; use -D" + Platform.PROPERTY + "=portable");
        };
    }
}
