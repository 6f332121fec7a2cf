package dev.semantica.benchmarks;

import java.nio.file.Path;
import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** {@link Operations} under JMH, in a process of their own, with what they allocate. */
final class OperationsBenchmark {

    private final int seconds;

    OperationsBenchmark(int seconds) {
        this.seconds = seconds;
    }

    void run(Path directory, Report report) throws Exception {
        TimeValue one = TimeValue.seconds(1);
        for (RunResult operation : new Runner(new OptionsBuilder()
                        .include(Operations.class.getName() + "\\.")
                        .forks(1)
                        .warmupIterations(seconds)
                        .warmupTime(one)
                        .measurementIterations(seconds)
                        .measurementTime(one)
                        .addProfiler("gc")
                        .build())
                .run()) {
            Result<?> time = operation.getPrimaryResult();
            report.line(
                    time.getLabel(),
                    String.format(
                            Locale.ROOT,
                            "%.2f ± %.2f µs, %.0f bytes allocated",
                            time.getScore(),
                            time.getScoreError(),
                            operation
                                    .getSecondaryResults()
                                    .get("gc.alloc.rate.norm")
                                    .getScore()));
        }
    }
}
