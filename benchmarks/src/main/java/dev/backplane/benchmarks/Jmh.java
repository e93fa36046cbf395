package dev.backplane.benchmarks;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs a class of JMH benchmarks in JVMs of its own.
final class Jmh {
    private static final int FORKS = 3;
    private static final int ITERATIONS = 10;
    private static final int QUICK_ITERATIONS = 4;
    private static final int MILLIS = 500;
    private static final int QUICK_MILLIS = 250;

    private Jmh() {}

    /// The best iteration of each benchmark, by method name and, where there are parameters, their values.
    ///
    /// The best, for ours and rivals alike: on a machine that others use too, whatever is slower was disturbed.
    static Map<String, Double> best(Class<?> benchmarks, boolean quick) throws RunnerException {
        return least(options(benchmarks, quick), IterationResult::getPrimaryResult);
    }

    /// How many iterations there are in all forks of a benchmark.
    static int rounds(boolean quick) {
        return quick ? QUICK_ITERATIONS : FORKS * ITERATIONS;
    }

    /// As [#best], with other values of one parameter and more heap.
    static Map<String, Double> best(Class<?> benchmarks, boolean quick, String parameter, String[] values)
            throws RunnerException {
        final ChainedOptionsBuilder options = options(benchmarks, true)
                .param(parameter, values)
                .jvmArgsAppend("-Xmx1500m")
                .warmupIterations(3)
                .warmupTime(TimeValue.milliseconds(MILLIS))
                .measurementIterations(quick ? 2 : ITERATIONS);
        return least(options, IterationResult::getPrimaryResult);
    }

    /// The fewest bytes that an operation of each benchmark allocated, as JMH's gc profiler counts them.
    static Map<String, Double> leastBytes(Class<?> benchmarks, boolean quick) throws RunnerException {
        return least(
                options(benchmarks, quick).addProfiler(GCProfiler.class),
                iteration -> requireNonNull(iteration.getSecondaryResults().get("gc.alloc.rate.norm")));
    }

    private static ChainedOptionsBuilder options(Class<?> benchmarks, boolean quick) {
        return new OptionsBuilder()
                .include("\\." + benchmarks.getSimpleName() + "\\.")
                .forks(quick ? 1 : FORKS)
                .warmupIterations(quick ? 2 : 5)
                .warmupTime(TimeValue.milliseconds(quick ? QUICK_MILLIS : MILLIS))
                .measurementIterations(quick ? QUICK_ITERATIONS : ITERATIONS)
                .measurementTime(TimeValue.milliseconds(quick ? QUICK_MILLIS : MILLIS))
                .jvmArgs(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-Xmx512m")
                .verbosity(VerboseMode.SILENT);
    }

    private static Map<String, Double> least(ChainedOptionsBuilder options, Function<IterationResult, Result<?>> value)
            throws RunnerException {
        final Map<String, Double> best = new HashMap<>();
        for (RunResult run : new Runner(options.build()).run()) {
            for (BenchmarkResult fork : run.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    best.merge(name(run), value.apply(iteration).getScore(), Math::min);
                }
            }
        }
        return best;
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
