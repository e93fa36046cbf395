package dev.backplane.store;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;

/// What the refusals of system calls on sockets mean, and what to do about them.
final class SocketFailure {
    static final int ENXIO = 6;
    static final int ENFILE = 23;
    static final int ENOTTY = 25;
    static final int EPIPE = 32;
    static final int ENOTSOCK = 88;
    static final int EPROTOTYPE = 91;
    static final int EAFNOSUPPORT = 97;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int ECONNRESET = 104;
    static final int ENOBUFS = 105;
    static final int ENOTCONN = 107;
    static final int ECONNREFUSED = 111;
    static final int EHOSTUNREACH = 113;
    static final int EINPROGRESS = 115;
    private static final int ENOTDIR = 20;

    private SocketFailure() {}

    /// Connecting was refused.
    static IOException connecting(int negatedErrno, Object to) {
        final String message = "cannot connect to " + to + ": "
                + switch (-negatedErrno) {
                    case ECONNREFUSED -> "nobody listens there; start its listener first, or check the address";
                    case NativeAccess.ENOENT ->
                        "there is no such socket; start its listener first, or check the address";
                    case NativeAccess.EACCES, NativeAccess.EPERM ->
                        "permission denied; the socket's file admits its owner only, and its directories must be"
                                + " searchable";
                    case EPROTOTYPE -> "it is not a stream socket";
                    default -> reason(-negatedErrno);
                };
        return isOfThisProcess(-negatedErrno) ? new SocketException(message) : new ConnectException(message);
    }

    /// Listening was refused.
    static IOException listening(int negatedErrno, Object at) {
        final String message = "cannot listen at " + at + ": "
                + switch (-negatedErrno) {
                    case EADDRINUSE -> "somebody else has this address; end that process, or choose another address";
                    case NativeAccess.EACCES, NativeAccess.EPERM ->
                        at instanceof Endpoint.Tcp
                                ? "permission denied; choose a port of 1024 or above"
                                : "permission denied; choose a directory that you may write to";
                    case NativeAccess.ENOENT -> "there is no such directory; create it first";
                    default -> reason(-negatedErrno);
                };
        return isOfThisProcess(-negatedErrno) ? new SocketException(message) : new BindException(message);
    }

    /// A call on a socket that is there was refused.
    static IOException of(int negatedErrno, String tried, Object what) {
        return new SocketException("cannot " + tried + " " + what + ": " + reason(-negatedErrno));
    }

    private static boolean isOfThisProcess(int error) {
        return error == NativeAccess.EMFILE || error == ENFILE || error == ENOBUFS || error == NativeAccess.ENOMEM;
    }

    private static String reason(int error) {
        return switch (error) {
            case EPIPE -> "broken pipe: the other end has closed the connection or has ended";
            case ECONNRESET -> "connection reset: the other end has ended, or closed it with bytes unread";
            case ENOTCONN -> "it is not connected, or not any more";
            case NativeAccess.ETIMEDOUT -> "the other host does not answer; check the address and its firewall";
            case ENETUNREACH, EHOSTUNREACH -> "no route leads there; check the address and the network";
            case EADDRINUSE -> "no port is free for this end";
            case EADDRNOTAVAIL ->
                "this host has no such address; take one of its own, or 127.0.0.1, ::1, 0.0.0.0 or ::";
            case EAFNOSUPPORT -> "this system has no addresses of this kind; take another, such as 127.0.0.1";
            case ENFILE -> "too many open files in the whole system; close some, or raise fs.file-max";
            case ENOBUFS -> "the system has no memory for sockets; close some, or raise net.core.wmem_max";
            case NativeAccess.ENOMEM -> "the system has no memory for sockets";
            case ENOTSOCK -> "it is no socket";
            case ENOTDIR -> "a part of its path is no directory";
            case ECONNREFUSED -> "nobody listens there";
            default -> NativeAccess.reason(error);
        };
    }
}
