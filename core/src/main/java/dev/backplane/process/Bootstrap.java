package dev.backplane.process;

import dev.backplane.SerializableRunnable;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.FunctionCodec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;

/// What a child JVM is told on its standard input when it starts: one frame, of which nothing shows in argument
/// lists or environments.
///
/// ```
///   0          4            8                          n           n + 4
///  +----------+------------+--------------------------+-----------+-----------------------------------------------+
///  | magic    | version    | authkey, failures        | length    | name, daemon, parent's process id, kind, body |
///  +----------+------------+--------------------------+-----------+-----------------------------------------------+
/// ```
///
/// The part with a length is made first, before there is a process: a body that cannot be serialized starts
/// none. The secret stays apart, so that no buffer has a copy of it, and so does the handle of the
/// [FailureMemory], which is made while the child starts.
///
/// The body is a serialized lambda, or a class with a main method and its arguments, which needs no
/// deserialization and so starts sooner.
///
/// @param name what the child is called
/// @param daemon whether it dies with its parent
/// @param parentPid the parent's process id
/// @param body what to run
/// @param authkey the secret that the child shares with its parent
/// @param failures where to tell of an exception: the handle of a [FailureMemory]
record Bootstrap(String name, boolean daemon, long parentPid, Body body, Authkey authkey, String failures) {
    private static final int MAGIC = 0x4250_4A56;
    private static final int VERSION = 3;
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
            return new Lambda(FunctionCodec.write(body));
        }

        @Override
        public Entry load() {
            final Object read = new FunctionCodec(Bootstrap.class.getClassLoader()).read(serialized);
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
        private static final MethodType TYPE = MethodType.methodType(void.class, String[].class);

        /// By a method handle: reflection makes some of its own for the first call, which takes longer.
        @Override
        public Entry load() {
            try {
                final Method method = Class.forName(type).getDeclaredMethod("main", String[].class);
                method.setAccessible(true);
                final MethodHandle main = MethodHandles.lookup().unreflect(method);
                if (!main.type().equals(TYPE)) {
                    throw new IllegalArgumentException(method + " must be static and void");
                }
                return () -> {
                    main.invokeExact(arguments.toArray(String[]::new)); // As a statement, whose value is void.
                };
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new CodecException("cannot reach the main method of " + type, e);
            }
        }
    }

    /// The part of the frame that has a length, from this JVM.
    static byte[] frame(String name, boolean daemon, Body body) {
        final CodecOutput out = CodecOutput.growing(256);
        out.putString(name);
        out.putByte(daemon ? 1 : 0);
        out.putLong(ProcessHandle.current().pid());
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

    static void send(byte[] frame, Authkey authkey, String failures, OutputStream to) throws IOException {
        final DataOutputStream out = new DataOutputStream(to);
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        authkey.writeTo(out);
        out.writeUTF(failures);
        out.writeInt(frame.length);
        out.write(frame);
        out.flush();
    }

    static Bootstrap receive(InputStream from) throws IOException {
        final DataInputStream in = new DataInputStream(from);
        final int magic = in.readInt();
        final int version = in.readInt();
        if (magic != MAGIC || version != VERSION) {
            throw new IOException(String.format("not started by JvmProcess: magic 0x%08x, version %d", magic, version));
        }
        final Authkey authkey = Authkey.readFrom(in);
        final String failures = in.readUTF();
        final int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("not started by JvmProcess: a frame of " + length + " bytes");
        }
        final byte[] frame = in.readNBytes(length);
        if (frame.length < length) {
            throw new EOFException("the parent ended while it told this JVM what to run");
        }
        return parse(CodecInput.of(frame), authkey, failures);
    }

    private static Bootstrap parse(CodecInput in, Authkey authkey, String failures) {
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
                },
                authkey,
                failures);
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
