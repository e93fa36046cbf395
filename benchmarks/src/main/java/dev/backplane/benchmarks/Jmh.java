package dev.backplane.benchmarks;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs a class of JMH benchmarks in a JVM for each of them: one round of all.
final class Jmh {
    private static final int WARM_UPS = 5;
    private static final int QUICK_WARM_UPS = 3;
    private static final int ITERATIONS = 7;
    private static final int QUICK_ITERATIONS = 3;
    private static final int MILLIS = 300;
    private static final int QUICK_MILLIS = 200;

    private Jmh() {}

    /// The median iteration of each benchmark, by method name and, where there are parameters, their values.
    static Map<String, Double> round(Class<?> benchmarks, boolean quick) throws RunnerException {
        return medians(options(benchmarks, quick), IterationResult::getPrimaryResult);
    }

    /// As [#round], with other values of one parameter and more heap.
    static Map<String, Double> round(Class<?> benchmarks, boolean quick, String parameter, String[] values)
            throws RunnerException {
        final ChainedOptionsBuilder options =
                options(benchmarks, quick).param(parameter, values).jvmArgsAppend("-Xmx1500m");
        return medians(options, IterationResult::getPrimaryResult);
    }

    /// The bytes that an operation of each benchmark allocates, as JMH's gc profiler counts them.
    static Map<String, Double> bytes(Class<?> benchmarks, boolean quick) throws RunnerException {
        return medians(
                options(benchmarks, quick).addProfiler(GCProfiler.class),
                iteration -> requireNonNull(iteration.getSecondaryResults().get("gc.alloc.rate.norm")));
    }

    private static ChainedOptionsBuilder options(Class<?> benchmarks, boolean quick) {
        final TimeValue time = TimeValue.milliseconds(quick ? QUICK_MILLIS : MILLIS);
        return new OptionsBuilder()
                .include("\\." + benchmarks.getSimpleName() + "\\.")
                .forks(1)
                .warmupIterations(quick ? QUICK_WARM_UPS : WARM_UPS)
                .warmupTime(time)
                .measurementIterations(quick ? QUICK_ITERATIONS : ITERATIONS)
                .measurementTime(time)
                .jvmArgs(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-Xmx512m")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }

    private static Map<String, Double> medians(
            ChainedOptionsBuilder options, Function<IterationResult, Result<?>> value) throws RunnerException {
        final Map<String, Double> medians = new HashMap<>();
        for (RunResult run : new Runner(options.build()).run()) {
            final List<Double> iterations = run.getBenchmarkResults().stream()
                    .flatMap(fork -> fork.getIterationResults().stream())
                    .map(iteration -> value.apply(iteration).getScore())
                    .toList();
            medians.put(name(run), Figure.median(iterations).value());
        }
        return medians;
    }

    private static String name(RunResult run) {
        final String benchmark = run.getParams().getBenchmark();
        final StringBuilder name = new StringBuilder(benchmark.substring(benchmark.lastIndexOf('.') + 1));
        run.getParams()
                .getParamsKeys()
                .forEach(key -> name.append(' ').append(run.getParams().getParam(key)));
        return name.toString();
    }
}
