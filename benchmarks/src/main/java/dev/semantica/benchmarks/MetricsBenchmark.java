package dev.semantica.benchmarks;

import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.metric.FrechetDistance;
import dev.semantica.evaluation.metric.Neighbourhoods;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Seconds for the set metrics over two sets of random vectors. */
final class MetricsBenchmark {

    private final int rows;
    private final int dimension;

    MetricsBenchmark(int rows, int dimension) {
        this.rows = rows;
        this.dimension = dimension;
    }

    void run(Path directory, Report report) {
        FeatureMatrix real = random(1);
        FeatureMatrix generated = random(2);
        report.line("vectors", "2 x " + rows + " of " + dimension + " numbers");
        long start = System.nanoTime();
        Neighbourhoods found = Neighbourhoods.of(real, generated, 5);
        report.line("precision, recall, density, coverage", (System.nanoTime() - start) / 1e9, "s");
        start = System.nanoTime();
        double distance = FrechetDistance.between(real, generated);
        report.line("Fréchet distance", (System.nanoTime() - start) / 1e9, "s");
        report.line("found", "recall " + found.recall() + ", distance " + distance);
    }

    private FeatureMatrix random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[rows * dimension];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextDouble() + random.nextDouble() - 1;
        }
        return new FeatureMatrix(rows, dimension, values);
    }
}
