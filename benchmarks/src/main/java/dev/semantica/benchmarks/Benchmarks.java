package dev.semantica.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code benchmarks/run}. */
@Command(
        name = "benchmarks/run",
        description = "Measures Semantica on this machine and keeps the report in benchmarks/results.",
        mixinStandardHelpOptions = true)
public final class Benchmarks {

    private final String[] arguments;

    private Benchmarks(String[] arguments) {
        this.arguments = arguments;
    }

    /** Runs one measurement; exits with 0 if it came to its end. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Benchmarks(arguments)).execute(arguments));
    }

    @Command(description = "Events a second through the topology, with an echo for the samplers.")
    int topology(
            @Option(names = "--events", defaultValue = "40000") int events,
            @Option(names = "--bytes", defaultValue = "10000") int bytes)
            throws Exception {
        return measure("topology", new TopologyBenchmark(events, bytes)::run);
    }

    @Command(description = "Variations a second through embedded Kafka against a bare loop.")
    int stream(
            @Option(names = "--images", defaultValue = "20") int images,
            @Option(names = "--rows", defaultValue = "16") int rows,
            @Option(names = "--pairs", defaultValue = "3") int pairs,
            @Option(names = "--threads", defaultValue = "2") int threads)
            throws Exception {
        return measure("stream", new StreamBenchmark(images, rows, pairs, threads)::run);
    }

    @Command(description = "Heap in use while events wait.")
    int queue(@Option(names = "--events", defaultValue = "20000") int events) throws Exception {
        return measure("queue", new QueueBenchmark(events)::run);
    }

    @Command(description = "Seconds for the set metrics of the evaluation.")
    int metrics(
            @Option(names = "--rows", defaultValue = "10000") int rows,
            @Option(names = "--dimension", defaultValue = "384") int dimension)
            throws Exception {
        return measure("metrics", new MetricsBenchmark(rows, dimension)::run);
    }

    @Command(description = "Seconds and heap for exact neighbour search, which precision and recall are made of.")
    int neighbours(
            @Option(names = "--rows", defaultValue = "10000") int rows,
            @Option(names = "--dimension", defaultValue = "384") int dimension,
            @Option(names = "--neighbours", defaultValue = "5") int k)
            throws Exception {
        return measure("neighbours", new NeighboursBenchmark(rows, dimension, k)::run);
    }

    @Command(description = "Latency and throughput of the engine under random arrivals, simulated on measured costs.")
    int engine(
            @Option(names = "--requests", defaultValue = "1000") int requests,
            @Option(names = "--rows", defaultValue = "8") int rows,
            @Option(names = "--load", defaultValue = "0.8") double load,
            @Option(names = "--threads", defaultValue = "2") int threads)
            throws Exception {
        return measure("engine", new EngineBenchmark(requests, rows, load, threads)::run);
    }

    @Command(description = "A tick of the shipped bundle, the Java around it, its share of the matrix peak, loading.")
    int tick(
            @Option(names = "--rows", defaultValue = "8") int rows,
            @Option(names = "--repeats", defaultValue = "40") int repeats,
            @Option(names = "--threads", defaultValue = "2") int threads)
            throws Exception {
        return measure("tick", new TickBenchmark(rows, repeats, threads)::run);
    }

    @Command(
            description =
                    "A tick and the pictures of the shipped bundle with 8-bit integers against those with floats.")
    int int8(
            @Option(names = "--rows", defaultValue = "8") int rows,
            @Option(names = "--repeats", defaultValue = "20") int repeats,
            @Option(names = "--threads", defaultValue = "2") int threads)
            throws Exception {
        return measure("int8", new Int8Benchmark(rows, repeats, threads)::run);
    }

    @Command(description = "Microseconds and allocation of the Java around the graphs, an operation each (JMH).")
    int operations(
            @Option(names = "--seconds", defaultValue = "5", description = "Of warm-up, and of measurement, each.")
                    int seconds)
            throws Exception {
        return measure("operations", new OperationsBenchmark(seconds)::run);
    }

    @Command(
            description =
                    "Pairs a second of training against a bare loop over the same network, and memory over many steps.")
    int training(
            @Option(names = "--steps", defaultValue = "40") int steps,
            @Option(names = "--batch", defaultValue = "96") int batch,
            @Option(names = "--threads", defaultValue = "2") int threads,
            @Option(names = "--memory-steps", defaultValue = "5000", description = "0: memory is not watched.")
                    int memorySteps)
            throws Exception {
        return measure("training", new TrainingBenchmark(steps, batch, threads, memorySteps)::run);
    }

    @Command(description = "Memory over many ticks.")
    int soak(
            @Option(names = "--ticks", defaultValue = "50000") int ticks,
            @Option(names = "--rows", defaultValue = "8") int rows,
            @Option(names = "--bundle") Path bundle)
            throws Exception {
        return measure("soak", new SoakBenchmark(ticks, rows, bundle)::run);
    }

    private int measure(String name, Measurement measurement) throws Exception {
        Path directory = Files.createTempDirectory("semantica-benchmark");
        try {
            Report report = new Report(name, List.of(arguments).subList(1, arguments.length));
            measurement.run(directory, report);
            report.write(Path.of("benchmarks", "results"));
            return 0;
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private interface Measurement {
        void run(Path directory, Report report) throws Exception;
    }
}
