package dev.semantica.benchmarks;

import dev.semantica.benchmarks.Arrivals.Outcome;
import dev.semantica.benchmarks.Arrivals.Request;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.diffusion.Stepper;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.EngineConfig;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.schemas.Priority;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Latency and throughput under random arrivals: the engine against whole batches of itself, and interactive requests with
 * a bulk load beside them. What calls cost is measured on this machine first; the arrivals are simulated on those costs,
 * with the engine's own code, so that hours pass in seconds.
 */
final class EngineBenchmark {

    private static final int[] SIZES = {1, 64};
    private static final int[] STEPS = {10, 50};
    private static final int BULK_ROWS = 10_000;

    private final int requests;
    private final int rows;
    private final double load;
    private final int threads;

    EngineBenchmark(int requests, int rows, double load, int threads) {
        this.requests = requests;
        this.rows = rows;
        this.load = load;
        this.threads = threads;
    }

    void run(Path directory, Report report) throws Exception {
        Bundle bundle = Bundle.read(MeasuredBundle.DIRECTORY);
        CostModelBundle.Costs costs = measure(bundle);
        report.line(
                "a call, an entry",
                String.format(Locale.ROOT, "%.2f ms + %.2f ms", 1e3 * costs.call(), 1e3 * costs.entry()));
        report.line(
                "a source, a finished row",
                String.format(Locale.ROOT, "%.2f ms, %.2f ms", 1e3 * costs.encode(), 1e3 * costs.finish()));
        mixed(report, bundle, costs, rows);
        // As many rows as requests have: whole batches then mix requests of different steps.
        mixed(report, bundle, costs, SIZES[1]);
        interactive(report, bundle, costs, new EngineConfig(rows, 0.25));
    }

    private void mixed(Report report, Bundle bundle, CostModelBundle.Costs costs, int maxRows) {
        double perRow = (STEPS[0] + STEPS[1]) / 2.0 * (costs.call() / maxRows + costs.entry()) + costs.finish();
        double perRequest = (SIZES[0] + SIZES[1]) / 2.0 * perRow + costs.encode();
        report.line("rows in a tick", "at most " + maxRows);
        report.line(
                "arrivals",
                String.format(
                        Locale.ROOT,
                        "%d requests, Poisson at %.0f %% of %.2f variations/s; 1 to 64 variations of 10 to 50 steps",
                        requests,
                        100 * load,
                        1 / perRow));
        List<Request> mixed = Arrivals.poisson("r", 1, requests, load / perRequest, Priority.BULK, SIZES, STEPS);
        EngineConfig config = new EngineConfig(maxRows, 0.25);
        Outcome engine = Arrivals.continuous(new CostModelBundle(bundle, costs), config, mixed, "");
        Outcome dropping = Arrivals.inWholeBatches(new CostModelBundle(bundle, costs), config, mixed, false);
        Outcome padded = Arrivals.inWholeBatches(new CostModelBundle(bundle, costs), config, mixed, true);
        long variations = mixed.stream().mapToLong(Request::count).sum();
        line(report, "engine", engine, variations);
        line(report, "whole batches, done rows drop out", dropping, variations);
        line(report, "whole batches, padded to the end", padded, variations);
        ratio(report, "against those that drop out", engine, dropping);
        ratio(report, "against padded ones", engine, padded);
        Map<String, double[][]> curves = new LinkedHashMap<>();
        curves.put("engine", engine.distribution());
        curves.put("whole batches, done rows drop out", dropping.distribution());
        curves.put("whole batches, padded to the end", padded.distribution());
        report.plot("latency at " + maxRows + " rows", "seconds", "share of requests done within", curves);
    }

    private void interactive(Report report, Bundle bundle, CostModelBundle.Costs costs, EngineConfig config) {
        double perRow = 25 * (costs.call() + costs.entry()) + costs.finish();
        // A tenth of the device, so that alone they seldom meet.
        List<Request> people = Arrivals.poisson(
                "i", 2, 200, 0.1 / (2.5 * perRow), Priority.INTERACTIVE, new int[] {1, 4}, new int[] {25, 25});
        Outcome alone = Arrivals.continuous(new CostModelBundle(bundle, costs), config, people, "i");
        List<Request> both = new ArrayList<>(people);
        // The bulk request's batches are in work from the beginning, as far as they have not been made.
        for (int i = 0; i < BULK_ROWS / 50; i++) {
            both.add(new Request("bulk" + i, 0, Priority.BULK, 50, 25));
        }
        both.sort(Comparator.comparingDouble(Request::at));
        Outcome under = Arrivals.continuous(new CostModelBundle(bundle, costs), config, both, "i");
        report.line("interactive alone", describe(alone));
        report.line("interactive, 10,000 bulk rows", describe(under));
        Map<String, double[][]> curves = new LinkedHashMap<>();
        curves.put("alone", alone.distribution());
        curves.put("beside 10,000 bulk rows", under.distribution());
        report.plot("latency of interactive requests", "seconds", "share of requests done within", curves);
        report.line("ratio of p99", under.percentile(0.99) / alone.percentile(0.99), "");
    }

    private static void line(Report report, String what, Outcome outcome, long variations) {
        report.line(
                what,
                describe(outcome) + String.format(Locale.ROOT, ", %.3f variations/s", variations / outcome.seconds()));
    }

    private static String describe(Outcome outcome) {
        return String.format(Locale.ROOT, "p50 %.2f s, p99 %.2f s", outcome.percentile(0.5), outcome.percentile(0.99));
    }

    private static void ratio(Report report, String what, Outcome engine, Outcome other) {
        report.line(
                what,
                String.format(
                        Locale.ROOT,
                        "p50 %.2f, p99 %.2f, throughput %.2f of theirs",
                        engine.percentile(0.5) / other.percentile(0.5),
                        engine.percentile(0.99) / other.percentile(0.99),
                        other.seconds() / engine.seconds()));
    }

    /** The fastest of some calls: what they cost when nothing else runs. */
    private CostModelBundle.Costs measure(Bundle bundle) throws Exception {
        try (OnnxBundle loaded = OnnxBundle.load(bundle, ExecutionProvider.cpu(threads))) {
            RgbImage picture = new RgbImage(
                    bundle.manifest().image().width(),
                    bundle.manifest().image().height(),
                    new byte
                            [3
                                    * bundle.manifest().image().width()
                                    * bundle.manifest().image().height()]);
            Condition condition = loaded.encode(List.of(picture)).get(0);
            int size = bundle.manifest().sample().size();
            double one = tick(loaded, condition, 1);
            double all = tick(loaded, condition, rows);
            double entry = (all - one) / Math.max(1, rows - 1);
            double encode = fastest(() -> loaded.encode(List.of(picture)));
            double decode = fastest(() -> loaded.decode(List.of(new float[size])));
            return new CostModelBundle.Costs(Math.max(0, one - entry), entry, encode, decode + encode);
        }
    }

    private static double tick(OnnxBundle loaded, Condition condition, int rows) {
        StepTable table = loaded.bundle().tabulate(SchedulerKind.DDIM, 50);
        Stepper<Condition> stepper = loaded.stepper();
        List<Row<Condition>> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            all.add(new Row<>(
                    table,
                    condition,
                    1,
                    0,
                    i,
                    loaded.bundle().manifest().sample().size()));
        }
        return fastest(() -> stepper.tick(all));
    }

    private static double fastest(Runnable call) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 20; i++) {
            long from = System.nanoTime();
            call.run();
            best = Math.min(best, (System.nanoTime() - from) / 1e9);
        }
        return best;
    }
}
