package dev.backplane.store;

import java.nio.file.Path;

/// Where a stream socket listens: an address of TCP, or of this host's own sockets.
public sealed interface Endpoint {
    /// An address of TCP.
    ///
    /// @param host a name, or an address of IPv4 or IPv6 without brackets
    /// @param port 0 to 65535; 0 lets the system choose one that is free
    record Tcp(String host, int port) implements Endpoint {
        private static final int MOST_PORT = 65_535;

        /// Checks the values.
        public Tcp {
            if (host.isEmpty()) {
                throw new IllegalArgumentException("an address of TCP needs a host");
            }
            if (port < 0 || port > MOST_PORT) {
                throw new IllegalArgumentException("port is " + port + ", must be 0 to " + MOST_PORT);
            }
        }

        /// As a URI: `tcp://host:port`, an IPv6 address in brackets.
        @Override
        public String toString() {
            return "tcp://" + (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
        }
    }

    /// A socket of this host with a name in the file system.
    ///
    /// @param path of the socket
    record Unix(Path path) implements Endpoint {
        /// As a URI: `unix:/path`.
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /// A socket of this host with a name of its own, on Linux only: it vanishes with its listener, and any
    /// user of the host may connect.
    ///
    /// @param name not empty
    record Abstract(String name) implements Endpoint {
        /// Checks the value.
        public Abstract {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("an abstract socket needs a name");
            }
        }

        /// As a URI: `unix:@name`.
        @Override
        public String toString() {
            return "unix:@" + name;
        }
    }

    /// Reads a URI: `tcp://host:port`, `tcp://[v6]:port`, `unix:/path`, `unix:@name`.
    ///
    /// @param uri as `toString` of an endpoint writes it
    /// @return the endpoint
    /// @throws IllegalArgumentException if it is none of these
    static Endpoint parse(String uri) {
        if (uri.startsWith("unix:@")) {
            return new Abstract(uri.substring("unix:@".length()));
        }
        if (uri.startsWith("unix:/")) {
            return new Unix(Path.of(uri.substring("unix:".length())));
        }
        if (uri.startsWith("tcp://")) {
            final String rest = uri.substring("tcp://".length());
            final int colon = rest.lastIndexOf(':');
            if (colon > 0) {
                final String host = rest.substring(0, colon);
                final boolean bracketed = host.startsWith("[") && host.endsWith("]");
                if (bracketed || host.indexOf(':') < 0) {
                    try {
                        return new Tcp(
                                bracketed ? host.substring(1, host.length() - 1) : host,
                                Integer.parseInt(rest.substring(colon + 1)));
                    } catch (NumberFormatException e) {
                        throw new IllegalArgumentException("the port of '" + uri + "' is not a number", e);
                    }
                }
            }
        }
        throw new IllegalArgumentException(
                "'" + uri + "' is no address: expected tcp://host:port, tcp://[v6]:port, unix:/path or unix:@name");
    }
}
