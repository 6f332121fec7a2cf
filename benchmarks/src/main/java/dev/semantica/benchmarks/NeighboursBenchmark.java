package dev.semantica.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.metric.Neighbourhoods;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** Seconds and heap for exact neighbour search among two sets of random vectors. */
final class NeighboursBenchmark {

    private static final double MIB = 1 << 20;

    private final int rows;
    private final int dimension;
    private final int k;

    NeighboursBenchmark(int rows, int dimension, int k) {
        this.rows = rows;
        this.dimension = dimension;
        this.k = k;
    }

    void run(Path directory, Report report) {
        FeatureMatrix real = random(1);
        FeatureMatrix generated = random(2);
        report.line("vectors", "2 x " + rows + " of " + dimension + " numbers, k = " + k);
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        heap.forEach(MemoryPoolMXBean::resetPeakUsage);
        long cpu = process.getProcessCpuTime();
        long start = System.nanoTime();
        Neighbourhoods found = Neighbourhoods.of(real, generated, k);
        double seconds = (System.nanoTime() - start) / 1e9;
        double worked = (process.getProcessCpuTime() - cpu) / 1e9;
        long peak =
                heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        report.line("three searches of all by all", seconds, "s");
        report.line("processor time", worked, "s");
        report.line("heap in use at most", peak / MIB, "MiB");
        report.line("of that, the vectors", 2.0 * Double.BYTES * rows * dimension / MIB, "MiB");
        report.line("all distances at once would be", (double) Double.BYTES * rows * rows / MIB, "MiB");
        report.line(
                "found",
                "precision " + found.precision() + ", recall " + found.recall() + ", density " + found.density()
                        + ", coverage " + found.coverage());
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
