package dev.backplane.store;

/// The numbers of the system calls that sockets need, which differ between architectures
/// (linux/arch/x86/entry/syscalls/syscall_64.tbl; linux/include/uapi/asm-generic/unistd.h).
record SocketNumbers(
        int socket,
        int bind,
        int listen,
        int accept4,
        int connect,
        int getsockname,
        int getpeername,
        int sendto,
        int recvfrom,
        int setsockopt,
        int getsockopt,
        int shutdown,
        int sendmsg,
        int recvmsg,
        int ppoll,
        int fchmod,
        int flock,
        int epollCreate1,
        int epollCtl,
        int epollPwait) {
    static final SocketNumbers X86_64 =
            new SocketNumbers(41, 49, 50, 288, 42, 51, 52, 44, 45, 54, 55, 48, 46, 47, 271, 91, 73, 291, 233, 281);
    static final SocketNumbers AARCH64 = new SocketNumbers(
            198, 200, 201, 242, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 73, 52, 32, 20, 21, 22);
}
