package dev.backplane.store;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/// Addresses as the kernel has them, `struct sockaddr` and its kinds.
///
/// ```
///   sockaddr_un    family i16 | path, NUL-terminated; or NUL and an abstract name, as long as the struct says
///   sockaddr_in    family i16 | port u16 BE | address 4 bytes | 8 zeros
///   sockaddr_in6   family i16 | port u16 BE | flow i32 | address 16 bytes | scope i32
/// ```
final class SocketName {
    /// The most bytes of a path, without the NUL, or of an abstract name, without the NUL before it.
    static final int LONGEST_NAME = 107;

    private static final int FAMILY_BYTES = 2;
    private static final int PORT = 2;
    private static final int IN_ADDRESS = 4;
    private static final int IN_BYTES = 16;
    private static final int IN_ADDRESS_BYTES = 4;
    private static final int IN6_ADDRESS = 8;
    private static final int IN6_ADDRESS_BYTES = 16;
    private static final int IN6_SCOPE = 24;
    private static final int IN6_BYTES = 28;

    private SocketName() {}

    static byte[] of(Path path) throws IOException {
        final byte[] text = path.toString().getBytes(StandardCharsets.UTF_8);
        checkLength(text.length, "unix:" + path);
        return local(FAMILY_BYTES + text.length + 1, FAMILY_BYTES, text);
    }

    static byte[] of(Endpoint.Abstract endpoint) throws IOException {
        final byte[] text = endpoint.name().getBytes(StandardCharsets.UTF_8);
        checkLength(text.length, endpoint.toString());
        return local(FAMILY_BYTES + 1 + text.length, FAMILY_BYTES + 1, text);
    }

    private static void checkLength(int length, String what) throws IOException {
        if (length > LONGEST_NAME) {
            throw new SocketException("the address " + what + " has " + length + " bytes, a socket's name at most "
                    + LONGEST_NAME + "; choose a shorter one");
        }
    }

    private static byte[] local(int length, int offset, byte[] text) {
        final ByteBuffer name = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        name.putShort(0, (short) SocketCalls.AF_UNIX).put(offset, text);
        return name.array();
    }

    static byte[] of(InetAddress address, int port) {
        final byte[] bytes = address.getAddress();
        final boolean is6 = address instanceof Inet6Address;
        final ByteBuffer name = ByteBuffer.allocate(is6 ? IN6_BYTES : IN_BYTES).order(ByteOrder.nativeOrder());
        name.putShort(0, (short) (is6 ? SocketCalls.AF_INET6 : SocketCalls.AF_INET));
        name.put(is6 ? IN6_ADDRESS : IN_ADDRESS, bytes);
        if (address instanceof Inet6Address six) {
            name.putInt(IN6_SCOPE, six.getScopeId());
        }
        name.order(ByteOrder.BIG_ENDIAN).putShort(PORT, (short) port);
        return name.array();
    }

    /// The addresses of a host, in the order of the system's resolver.
    static InetAddress[] resolve(Endpoint.Tcp endpoint) throws UnknownHostException {
        try {
            return InetAddress.getAllByName(endpoint.host());
        } catch (UnknownHostException e) {
            final UnknownHostException named = new UnknownHostException(
                    "no address is known for the host of " + endpoint + "; check the name, or give an address");
            named.initCause(e);
            throw named;
        }
    }

    static int family(byte[] name) {
        return name.length < FAMILY_BYTES
                ? 0
                : ByteBuffer.wrap(name).order(ByteOrder.nativeOrder()).getShort(0);
    }

    static int port(byte[] name) {
        return Short.toUnsignedInt(ByteBuffer.wrap(name).getShort(PORT));
    }

    /// The endpoint that a name of the kernel's stands for.
    static Endpoint endpoint(byte[] name) throws IOException {
        final int family = family(name);
        if (family == SocketCalls.AF_UNIX && name.length > FAMILY_BYTES + 1) {
            return name[FAMILY_BYTES] == 0
                    ? new Endpoint.Abstract(text(name, FAMILY_BYTES + 1, name.length))
                    : unix(name);
        }
        if (family == SocketCalls.AF_INET && name.length >= IN_BYTES) {
            return tcp(name, IN_ADDRESS, IN_ADDRESS_BYTES);
        }
        if (family == SocketCalls.AF_INET6 && name.length >= IN6_BYTES) {
            return tcp(name, IN6_ADDRESS, IN6_ADDRESS_BYTES);
        }
        throw new SocketException("a socket has a name of family " + family + " and " + name.length
                + " bytes, expected a path, an abstract name or an address of TCP");
    }

    private static Endpoint unix(byte[] name) throws IOException {
        int end = FAMILY_BYTES;
        while (end < name.length && name[end] != 0) {
            end++;
        }
        try {
            return new Endpoint.Unix(Path.of(text(name, FAMILY_BYTES, end)));
        } catch (InvalidPathException e) {
            throw new SocketException("the path of a socket cannot be read in this JVM's encoding: " + e.getMessage());
        }
    }

    private static String text(byte[] name, int from, int to) {
        return new String(name, from, to - from, StandardCharsets.UTF_8);
    }

    private static Endpoint tcp(byte[] name, int offset, int length) throws IOException {
        final InetAddress address = InetAddress.getByAddress(Arrays.copyOfRange(name, offset, offset + length));
        return new Endpoint.Tcp(address.getHostAddress(), port(name));
    }
}
