package dev.backplane.pickle;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The calls of Python's standard library that become values.
final class StandardGlobals {
    private static final String EXCEPTIONS_OF_BUILTINS = """
            ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError
            BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError
            ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError
            Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit
            IOError ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError
            KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError
            NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError
            PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning
            StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError
            TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError
            UnicodeWarning UserWarning ValueError Warning ZeroDivisionError""";

    private static final String OTHER_EXCEPTIONS = """
            queue.Empty queue.Full queue.ShutDown _queue.Empty threading.BrokenBarrierError
            multiprocessing.context.ProcessError multiprocessing.context.BufferTooShort
            multiprocessing.context.TimeoutError multiprocessing.context.AuthenticationError
            multiprocessing.ProcessError multiprocessing.BufferTooShort multiprocessing.TimeoutError
            multiprocessing.AuthenticationError multiprocessing.managers.RemoteError
            multiprocessing.pool.MaybeEncodingError""";

    private StandardGlobals() {}

    static Map<String, Function<PythonTuple, @Nullable Object>> all() {
        final Map<String, Function<PythonTuple, @Nullable Object>> all = new HashMap<>();
        for (String name : words(EXCEPTIONS_OF_BUILTINS)) {
            all.put("builtins." + name, args -> new PythonException("builtins." + name, args, true));
        }
        for (String name : words(OTHER_EXCEPTIONS)) {
            all.put(name, args -> new PythonException(name, args, true));
        }
        all.put("builtins.set", args -> set(false, args));
        all.put("builtins.frozenset", args -> set(true, args));
        all.put("builtins.bytes", StandardGlobals::bytes);
        all.put("builtins.bytearray", StandardGlobals::byteArray);
        all.put("_codecs.encode", StandardGlobals::encode);
        return Map.copyOf(all);
    }

    private static List<String> words(String text) {
        return text.lines().flatMap(line -> Stream.of(line.split(" ", -1))).toList();
    }

    private static @Nullable PythonSet set(boolean frozen, PythonTuple args) {
        if (args.isEmpty()) {
            return PythonSet.begun(frozen, List.of());
        }
        return args.size() == 1 && args.get(0) instanceof List<?> elements ? PythonSet.begun(frozen, elements) : null;
    }

    /// A number as the argument would ask for so many zeros; no pickler writes that.
    private static byte @Nullable [] bytes(PythonTuple args) {
        if (args.isEmpty()) {
            return new byte[0];
        }
        return args.size() == 1 && args.get(0) instanceof byte[] bytes ? bytes.clone() : null;
    }

    private static @Nullable PythonByteArray byteArray(PythonTuple args) {
        final byte[] bytes = args.size() == 2 ? encode(args) : bytes(args);
        return bytes == null ? null : new PythonByteArray(bytes);
    }

    /// The bytes of protocols without an opcode for them: each is the character of its number.
    private static byte @Nullable [] encode(PythonTuple args) {
        if (args.size() != 2 || !(args.get(0) instanceof String text) || !(args.get(1) instanceof String name)) {
            return null;
        }
        if (!name.equals("latin1") && !name.equals("latin-1")) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return null;
            }
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
