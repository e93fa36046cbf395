package dev.backplane.process;

import dev.backplane.SerializableRunnable;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.JavaSerialization;
import dev.backplane.codec.SerializationPolicy;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

/// What a child JVM is told on its standard input when it starts: one frame, of which nothing shows in argument
/// lists or environments.
///
/// ```
///   0          4            8           12
///  +----------+------------+-----------+-----------------------------------------------+
///  | magic    | version    | length    | name, daemon, parent's process id, kind, body |
///  +----------+------------+-----------+-----------------------------------------------+
/// ```
///
/// The body is a serialized lambda, or a class with a main method and its arguments, which needs no
/// deserialization and so starts sooner.
///
/// @param name what the child is called
/// @param daemon whether it dies with its parent
/// @param parentPid the parent's process id
/// @param body what to run
record Bootstrap(String name, boolean daemon, long parentPid, Body body) {
    private static final int MAGIC = 0x4250_4A56;
    private static final int VERSION = 2;
    private static final int LONGEST = 1 << 28;

    private static final int LAMBDA = 1;
    private static final int MAIN = 2;

    /// What a child runs.
    sealed interface Body {
        /// Finds what is to be run.
        ///
        /// @throws CodecException if it is missing in this JVM, or damaged
        Entry load();
    }

    /// What is to be run, found.
    @FunctionalInterface
    interface Entry {
        /// Runs it.
        void run() throws Throwable;
    }

    /// A lambda.
    ///
    /// @param serialized the lambda's bytes
    record Lambda(byte[] serialized) implements Body {
        static Lambda of(SerializableRunnable body) {
            return new Lambda(JavaSerialization.serialize(body));
        }

        @Override
        public Entry load() {
            final Object read = JavaSerialization.deserialize(
                    serialized, Bootstrap.class.getClassLoader(), SerializationPolicy.sameUser());
            if (!(read instanceof SerializableRunnable body)) {
                throw new CodecException("not started by JvmProcess: the frame holds no lambda");
            }
            return body::run;
        }
    }

    /// A main method.
    ///
    /// @param type the name of the class
    /// @param arguments of the method
    record Main(String type, List<String> arguments) implements Body {
        @Override
        public Entry load() {
            try {
                final Method main = Class.forName(type).getDeclaredMethod("main", String[].class);
                main.setAccessible(true);
                return () -> invoke(main);
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new CodecException("cannot reach the main method of " + type, e);
            }
        }

        private void invoke(Method main) throws Throwable {
            try {
                main.invoke(null, (Object) arguments.toArray(String[]::new));
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }
    }

    /// The frame, made before any process is started: a body that cannot be serialized costs nothing.
    byte[] frame() {
        final CodecOutput out = CodecOutput.growing(256);
        out.putString(name);
        out.putByte(daemon ? 1 : 0);
        out.putLong(parentPid);
        switch (body) {
            case Lambda(byte[] serialized) -> {
                out.putByte(LAMBDA);
                out.putVarint(serialized.length);
                out.putBytes(serialized);
            }
            case Main(String type, List<String> arguments) -> {
                out.putByte(MAIN);
                out.putString(type);
                out.putVarint(arguments.size());
                arguments.forEach(out::putString);
            }
        }
        if (out.position() > LONGEST) {
            throw new CodecException("the lambda for JVM " + name + " captures " + out.position() + " bytes, at most "
                    + LONGEST + " are allowed: share large data in a segment");
        }
        return out.toByteArray();
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
        return parse(CodecInput.of(frame));
    }

    private static Bootstrap parse(CodecInput in) {
        final String name = in.getString();
        final boolean daemon = in.getByte() != 0;
        final long parentPid = in.getLong();
        final int kind = in.getByte();
        return new Bootstrap(
                name,
                daemon,
                parentPid,
                switch (kind) {
                    case LAMBDA -> new Lambda(in.getBytes(in.getCount(1)));
                    case MAIN -> main(in);
                    default -> throw new CodecException("not started by JvmProcess: a body of kind " + kind);
                });
    }

    private static Main main(CodecInput in) {
        final String type = in.getString();
        final String[] arguments = new String[in.getCount(1)];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = in.getString();
        }
        return new Main(type, List.of(arguments));
    }
}
