package dev.backplane.cli;

import dev.backplane.pickle.PythonRepr;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `backplane call`: a look into a live manager.
@Command(
        name = "call",
        mixinStandardHelpOptions = true,
        description = {
            "Calls a method of an object that `backplane serve`, or a manager of Python, serves.",
            "What it returned is printed as Python writes it. Without a method it prints which there are."
        })
@SuppressWarnings("NullAway.Init") // Set from the command line.
final class CallCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "URI", description = "Where the manager listens.")
    private String address;

    @Parameters(
            index = "1",
            paramLabel = "NAME",
            description = "A named object of the served segment; or a type that the server makes objects of.")
    private String name;

    @Parameters(index = "2", arity = "0..1", paramLabel = "METHOD", description = "What is called.")
    private @Nullable String method;

    @Parameters(
            index = "3..*",
            paramLabel = "ARG",
            description = "Numbers, true, false, none, or text; 'in single quotes' everything is text.")
    private List<String> arguments = List.of();

    @Mixin
    private WireOptions wire;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final PrintStream out = Output.standard();
        try (ManagerCalls object = ManagerCalls.of(address, wire.connection(false), name)) {
            final String called = method;
            if (called == null) {
                object.methods().forEach(out::println);
            } else {
                final List<@Nullable Object> values = new ArrayList<>();
                arguments.forEach(argument -> values.add(value(argument)));
                out.println(PythonRepr.of(object.call(called, values)));
            }
        }
        Output.finish(out);
        return 0;
    }

    /// What an argument says.
    static @Nullable Object value(String argument) {
        return switch (argument) {
            case "true", "True" -> true;
            case "false", "False" -> false;
            case "none", "None", "null" -> null;
            default -> numberOrText(argument);
        };
    }

    private static Object numberOrText(String argument) {
        if (argument.length() >= 2 && argument.startsWith("'") && argument.endsWith("'")) {
            return argument.substring(1, argument.length() - 1);
        }
        if (argument.matches("[+-]?\\d{1,1000}")) {
            final BigInteger number = new BigInteger(argument);
            return number.bitLength() < Long.SIZE ? (Object) number.longValueExact() : number;
        }
        if (argument.matches("[+-]?(\\d+\\.\\d*|\\.\\d+|\\d+)([eE][+-]?\\d+)?")) {
            return Double.valueOf(argument);
        }
        return argument;
    }
}
