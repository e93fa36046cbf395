package dev.backplane.remote;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// Somebody between a client and its server, who hands on what they say, frame by frame, or does not.
final class Relay implements AutoCloseable {
    private final ServerSocket listening;
    private final int port;
    private final UnaryOperator<byte[]> toClient;
    private final UnaryOperator<byte[]> toServer;
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean deaf;

    /// @param port of the server
    /// @param toClient what becomes of a frame of the server's
    /// @param toServer what becomes of a frame of the client's
    Relay(int port, UnaryOperator<byte[]> toClient, UnaryOperator<byte[]> toServer) throws IOException {
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.port = port;
        this.toClient = toClient;
        this.toServer = toServer;
        Thread.ofVirtual().start(this::acceptAll);
    }

    String address() {
        return "tcp://127.0.0.1:" + listening.getLocalPort();
    }

    /// How many clients have connected.
    int connections() {
        return connections.get();
    }

    /// Lets clients connect from now on and tells the server nothing.
    void goDeaf() {
        deaf = true;
    }

    private void acceptAll() {
        try {
            while (true) {
                final Socket client = listening.accept();
                open.add(client);
                connections.incrementAndGet();
                if (!deaf) {
                    final Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                    open.add(server);
                    Thread.ofVirtual().start(() -> carry(client, server, toServer));
                    Thread.ofVirtual().start(() -> carry(server, client, toClient));
                }
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private void carry(Socket from, Socket to, UnaryOperator<byte[]> change) {
        try (from;
                to) {
            to.setTcpNoDelay(true);
            final DataInputStream in = new DataInputStream(from.getInputStream());
            final DataOutputStream out = new DataOutputStream(to.getOutputStream());
            while (true) {
                final byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                final byte[] changed = change.apply(frame);
                if (deaf) {
                    continue;
                }
                out.writeInt(changed.length);
                out.write(changed);
                out.flush();
            }
        } catch (IOException e) {
            // One of them has ended.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket each : open) {
            each.close();
        }
    }
}
