package dev.semantica.benchmarks;

import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.diffusion.Stepper;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.bundle.QuantisedBundle;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What 8-bit integers gain and change: a tick of the shipped bundle with them against one without, in turn, and the
 * pictures of both from the same noise.
 */
final class Int8Benchmark {

    private final int rows;
    private final int repeats;
    private final int threads;

    Int8Benchmark(int rows, int repeats, int threads) {
        this.rows = rows;
        this.repeats = repeats;
        this.threads = threads;
    }

    void run(Path directory, Report report) throws Exception {
        report.line("rows in a tick, threads", rows + ", " + threads);
        Bundle bundle = Bundle.read(MeasuredBundle.DIRECTORY);
        QuantisedBundle quantised =
                QuantisedBundle.write(bundle, directory.resolve("int8"), "int8", OnnxBundle::verify);
        report.line("products of 8-bit integers", Integer.toString(quantised.products()));
        report.line(
                "denoiser",
                String.format(
                        Locale.ROOT,
                        "%.1f MB, was %.1f MB",
                        quantised.bytesAfter() / 1e6,
                        quantised.bytesBefore() / 1e6));
        List<RgbImage> sources = sources(bundle);
        try (OnnxBundle floats = OnnxBundle.load(bundle, ExecutionProvider.cpu(threads));
                OnnxBundle integers =
                        OnnxBundle.load(Bundle.read(quantised.directory()), ExecutionProvider.cpu(threads))) {
            double[] times = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
            for (int i = 0; i < repeats; i++) {
                times[0] = Math.min(times[0], tick(floats, sources));
                times[1] = Math.min(times[1], tick(integers, sources));
            }
            report.line("tick of floats", 1e3 * times[0], "ms");
            report.line("tick of 8-bit integers", 1e3 * times[1], "ms");
            report.line("ratio", times[0] / times[1], "times as fast");
            compare(report, sample(floats, sources), sample(integers, sources));
        }
    }

    private static List<RgbImage> sources(Bundle bundle) throws Exception {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system());
        List<RgbImage> pictures = new ArrayList<>();
        try (Stream<Path> files = Files.list(bundle.directory().resolve("examples"))) {
            for (Path file : files.sorted().toList()) {
                pictures.add(decoder.decode(Files.readAllBytes(file)));
            }
        }
        return pictures;
    }

    private List<Row<Condition>> rows(OnnxBundle loaded, List<RgbImage> sources) {
        BundleManifest manifest = loaded.bundle().manifest();
        BundleManifest.Sampling sampling = manifest.sampling();
        StepTable table = loaded.bundle()
                .tabulate(SchedulerKind.byWireName(sampling.scheduler()).orElseThrow(), sampling.steps());
        List<Row<Condition>> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            Condition condition =
                    loaded.encode(List.of(sources.get(i % sources.size()))).get(0);
            all.add(new Row<>(
                    table,
                    condition,
                    sampling.guidance(),
                    1,
                    i,
                    manifest.sample().size()));
        }
        return all;
    }

    private double tick(OnnxBundle loaded, List<RgbImage> sources) {
        List<Row<Condition>> all = rows(loaded, sources);
        Stepper<Condition> stepper = loaded.stepper();
        stepper.tick(all);
        long from = System.nanoTime();
        stepper.tick(all);
        return (System.nanoTime() - from) / 1e9;
    }

    private List<RgbImage> sample(OnnxBundle loaded, List<RgbImage> sources) {
        List<Row<Condition>> all = rows(loaded, sources);
        Stepper<Condition> stepper = loaded.stepper();
        while (all.stream().anyMatch(Row::active)) {
            stepper.tick(all);
        }
        return loaded.decode(all.stream().map(Row::sample).toList());
    }

    private static void compare(Report report, List<RgbImage> wanted, List<RgbImage> found) {
        double squares = 0;
        long count = 0;
        for (int i = 0; i < wanted.size(); i++) {
            for (int j = 0; j < wanted.get(i).rgb().length; j++) {
                int difference = (wanted.get(i).rgb()[j] & 0xFF) - (found.get(i).rgb()[j] & 0xFF);
                squares += difference * difference;
                count++;
            }
        }
        report.line("pictures against those of floats", 10 * Math.log10(255.0 * 255 * count / squares), "dB");
    }
}
