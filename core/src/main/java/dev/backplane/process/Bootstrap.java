package dev.backplane.process;

import dev.backplane.SerializableRunnable;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.JavaSerialization;
import dev.backplane.codec.SerializationPolicy;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;

/// What a child JVM is told on its standard input when it starts: one frame, of which nothing shows in argument
/// lists or environments.
///
/// ```
///   0          4            8           12
///  +----------+------------+-----------+------------------------+
///  | magic    | version    | length    | this record, serialized|
///  +----------+------------+-----------+------------------------+
/// ```
///
/// @param name what the child is called
/// @param daemon whether it dies with its parent
/// @param parentPid the parent's process id
/// @param body what to run
record Bootstrap(String name, boolean daemon, long parentPid, SerializableRunnable body) implements Serializable {
    private static final int MAGIC = 0x4250_4A56;
    private static final int VERSION = 1;
    private static final int LONGEST = 1 << 28;

    /// The frame, made before any process is started: a body that cannot be serialized costs nothing.
    byte[] frame() {
        final byte[] bytes = JavaSerialization.serialize(this);
        if (bytes.length > LONGEST) {
            throw new CodecException("the lambda for JVM " + name + " captures " + bytes.length + " bytes, at most "
                    + LONGEST + " are allowed: share large data in a segment");
        }
        return bytes;
    }

    static void send(byte[] frame, OutputStream to) throws IOException {
        final DataOutputStream out = new DataOutputStream(to);
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(frame.length);
        out.write(frame);
        out.flush();
    }

    static Bootstrap receive(InputStream from) throws IOException {
        final DataInputStream in = new DataInputStream(from);
        final int magic = in.readInt();
        final int version = in.readInt();
        final int length = in.readInt();
        if (magic != MAGIC || version != VERSION || length < 0 || length > LONGEST) {
            throw new IOException(String.format(
                    "not started by JvmProcess: magic 0x%08x, version %d, length %d", magic, version, length));
        }
        final byte[] frame = in.readNBytes(length);
        if (frame.length < length) {
            throw new EOFException("the parent ended while it told this JVM what to run");
        }
        final Object read =
                JavaSerialization.deserialize(frame, Bootstrap.class.getClassLoader(), SerializationPolicy.sameUser());
        if (!(read instanceof Bootstrap bootstrap)) {
            throw new IOException("not started by JvmProcess: the frame holds something else");
        }
        return bootstrap;
    }
}
