package dev.semantica.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.diffusion.Stepper;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.ContinuousBatch;
import dev.semantica.sampler.engine.Drawing;
import dev.semantica.sampler.engine.EngineConfig;
import dev.semantica.sampler.engine.RowListener;
import dev.semantica.sampler.engine.Series;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.Priority;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A tick of the shipped bundle: composed against plain, the Java around the graph, the denoiser against this machine's
 * matrix multiplication, and how long a bundle takes to load.
 */
final class TickBenchmark {

    private static final int MATRIX = 1024;

    private final int rows;
    private final int repeats;
    private final int threads;

    TickBenchmark(int rows, int repeats, int threads) {
        this.rows = rows;
        this.repeats = repeats;
        this.threads = threads;
    }

    void run(Path directory, Report report) throws Exception {
        report.line("rows in a tick, threads", rows + ", " + threads);
        Bundle bundle = Bundle.read(MeasuredBundle.DIRECTORY);
        load(report);
        try (OnnxBundle composed = load(bundle, OnnxBundle.TickPath.COMPOSED);
                OnnxBundle plain = load(bundle, OnnxBundle.TickPath.PLAIN)) {
            for (double guidance : new double[] {1, 1.5}) {
                double[] times = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
                for (int i = 0; i < repeats; i++) {
                    times[0] = Math.min(times[0], tick(composed, guidance));
                    times[1] = Math.min(times[1], tick(plain, guidance));
                }
                report.line("tick, guidance " + guidance + ", composed", 1e3 * times[0], "ms");
                report.line("tick, guidance " + guidance + ", plain", 1e3 * times[1], "ms");
            }
            report.line("Java around the graph", 100 * javaShare(composed), "% of a tick");
            double flops = flops(bundle, directory);
            double peak = 0;
            double seconds = Double.POSITIVE_INFINITY;
            for (int i = 0; i < repeats; i++) {
                peak = Math.max(peak, matrixPeak(3));
                seconds = Math.min(seconds, tick(composed, 1));
            }
            report.line("denoiser", flops / 1e9, "GFLOP for " + rows + " rows");
            report.line("matrix multiplication at best", peak / 1e9, "GFLOP/s");
            report.line("denoiser at best", flops / seconds / 1e9, "GFLOP/s");
            report.line("denoiser of the peak", 100 * flops / seconds / peak, "%");
        }
    }

    private void load(Report report) throws Exception {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 5; i++) {
            long from = System.nanoTime();
            load(Bundle.read(MeasuredBundle.DIRECTORY), OnnxBundle.TickPath.COMPOSED)
                    .close();
            best = Math.min(best, (System.nanoTime() - from) / 1e9);
            if (i == 0) {
                report.line("loading the bundle, first time", best, "s");
            }
        }
        report.line("loading the bundle, at best", best, "s");
    }

    private OnnxBundle load(Bundle bundle, OnnxBundle.TickPath path) throws Exception {
        return OnnxBundle.load(bundle, ExecutionProvider.cpu(threads), path);
    }

    private double tick(OnnxBundle loaded, double guidance) {
        BundleManifest manifest = loaded.bundle().manifest();
        StepTable table = loaded.bundle().tabulate(SchedulerKind.DDIM, 4);
        Condition condition = loaded.encode(List.of(picture(manifest))).get(0);
        List<Row<Condition>> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            all.add(new Row<>(
                    table, condition, guidance, 0, i, manifest.sample().size()));
        }
        Stepper<Condition> stepper = loaded.stepper();
        stepper.tick(all);
        long from = System.nanoTime();
        stepper.tick(all);
        return (System.nanoTime() - from) / 1e9;
    }

    /** Share of the engine's ticks that is not spent in the graph; sources are encoded and rows decoded outside of them. */
    private double javaShare(OnnxBundle loaded) {
        ContinuousBatch<String> batch =
                new ContinuousBatch<>(loaded, new EngineConfig(rows, 0.25), InstantSource.system(), new Ignoring());
        StepTable table = loaded.bundle().tabulate(SchedulerKind.DDPM, 2 * repeats + 10);
        for (int i = 0; i < rows; i++) {
            batch.add(new Series<>(
                    "row",
                    "request" + i,
                    Priority.BULK,
                    null,
                    () -> null,
                    picture(loaded.bundle().manifest()),
                    null,
                    i == 0 ? loaded.bundle().tabulate(SchedulerKind.DDIM, 1) : table,
                    i % 2 == 0 ? Guidance.NONE : Guidance.of(1.5),
                    false,
                    0,
                    0,
                    1,
                    1));
        }
        for (int i = 0; i < 10; i++) {
            batch.tick();
        }
        long before = loaded.nanosInTickGraph();
        long from = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
            batch.tick();
        }
        double whole = System.nanoTime() - from;
        return (whole - (loaded.nanosInTickGraph() - before)) / whole;
    }

    /** Operations of a call, from the shapes that the runtime's profile tells: two for each multiplication with an addition. */
    private double flops(Bundle bundle, Path directory) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        BundleManifest manifest = bundle.manifest();
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        String profile;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.enableProfiling(directory.resolve("profile").toString());
            try (OrtSession session = environment.createSession(
                    bundle.graphFile("denoiser").orElseThrow().toString(), options)) {
                Map<String, String> names = manifest.graphs().get("denoiser").inputs();
                inputs.put(
                        names.get("sample"),
                        zeros(environment, manifest.sample().shape()));
                inputs.put(names.get("timestep"), zeros(environment, List.of()));
                for (BundleManifest.Tensor tensor : manifest.condition()) {
                    inputs.put(names.get(tensor.name()), zeros(environment, tensor.shape()));
                }
                session.run(inputs).close();
                profile = session.endProfiling();
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
        double sum = 0;
        for (JsonNode event : new ObjectMapper().readTree(Path.of(profile).toFile())) {
            JsonNode arguments = event.path("args");
            if (event.path("name").asText().endsWith("_kernel_time")) {
                sum += flops(
                        arguments.path("op_name").asText(),
                        shapes(arguments.path("input_type_shape")),
                        shapes(arguments.path("output_type_shape")));
            }
        }
        return sum;
    }

    private static double flops(String operator, List<long[]> inputs, List<long[]> outputs) {
        return switch (operator) {
            case "MatMul", "FusedMatMul" -> 2.0 * size(outputs.get(0)) * last(inputs.get(0));
            case "Gemm", "FusedGemm" -> 2.0 * size(inputs.get(0)) * last(outputs.get(0));
            case "Conv", "FusedConv" -> 2.0 * size(outputs.get(0)) * size(inputs.get(1)) / inputs.get(1)[0];
            case "MultiHeadAttention" -> 4.0 * size(inputs.get(0)) * inputs.get(1)[inputs.get(1).length - 2];
            default -> 0;
        };
    }

    private static long size(long[] shape) {
        return LongStream.of(shape).reduce(1, (a, b) -> a * b);
    }

    private static long last(long[] shape) {
        return shape[shape.length - 1];
    }

    private static List<long[]> shapes(JsonNode typed) {
        List<long[]> shapes = new ArrayList<>();
        for (JsonNode one : typed) {
            JsonNode shape = one.elements().next();
            long[] sizes = new long[shape.size()];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = shape.get(i).asLong();
            }
            shapes.add(sizes);
        }
        return shapes;
    }

    private OnnxTensor zeros(OrtEnvironment environment, List<Integer> shape) throws Exception {
        long[] whole = new long[shape.size() + 1];
        whole[0] = rows;
        for (int i = 1; i < whole.length; i++) {
            whole[i] = shape.get(i - 1);
        }
        return OnnxTensor.createTensor(environment, floats((int) size(whole)), whole);
    }

    /** Operations a second of a matrix multiplication by the same runtime with as many threads. */
    private double matrixPeak(int calls) throws Exception {
        GraphBuilder graph = new GraphBuilder("peak");
        Value a = graph.input("a", ElementType.FLOAT, Shape.of(MATRIX, MATRIX));
        float[] weights = new float[MATRIX * MATRIX];
        Arrays.fill(weights, 0.5f);
        Value b = graph.floats("b", new long[] {MATRIX, MATRIX}, weights);
        graph.output("c", graph.node("MatMul", a, b).output(), ElementType.FLOAT, Shape.of(MATRIX, MATRIX));
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        double best = Double.POSITIVE_INFINITY;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            long[] shape = {MATRIX, MATRIX};
            try (OrtSession session = environment.createSession(graph.build().bytes(), options);
                    OnnxTensor in = OnnxTensor.createTensor(environment, floats(MATRIX * MATRIX), shape);
                    OnnxTensor out = OnnxTensor.createTensor(environment, floats(MATRIX * MATRIX), shape)) {
                for (int i = 0; i < calls + 1; i++) {
                    long from = System.nanoTime();
                    session.run(Map.of("a", in), Map.of("c", out)).close();
                    best = Math.min(best, (System.nanoTime() - from) / 1e9);
                }
            }
        }
        return 2.0 * MATRIX * MATRIX * MATRIX / best;
    }

    private static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(Float.BYTES * count)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static RgbImage picture(BundleManifest manifest) {
        int width = manifest.image().width();
        int height = manifest.image().height();
        return new RgbImage(width, height, new byte[3 * width * height]);
    }

    private record Ignoring() implements RowListener<String> {
        @Override
        public void finished(String tag, int index, Drawing variation) {
            // Only the time counts.
        }

        @Override
        public void failed(String tag, int index, FailureReason reason, String message) {
            throw new IllegalStateException(message);
        }
    }
}
