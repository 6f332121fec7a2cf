package dev.semantica.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;

/** A bundle of a few operators, so that what surrounds the graphs shows. */
final class SmallBundle {

    private static final int SIDE = 8;
    private static final Shape PIXELS = Shape.leading("rows", 3, SIDE, SIDE);

    private SmallBundle() {}

    /** Writes it into a folder. */
    static void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        String encoder = write(directory.resolve("encoder.onnx"), encoder().bytes());
        String denoiser = write(directory.resolve("denoiser.onnx"), denoiser().bytes());
        String unconditional = write(
                directory.resolve("unconditional.json"),
                "{\"mean\": {\"shape\": [3], \"values\": [0, 0, 0]}}".getBytes(StandardCharsets.UTF_8));
        Map<String, Object> manifest = Map.ofEntries(
                Map.entry("formatVersion", 1),
                Map.entry("name", "small"),
                Map.entry(
                        "image",
                        Map.of(
                                "width",
                                SIDE,
                                "height",
                                SIDE,
                                "mean",
                                List.of(0.5, 0.5, 0.5),
                                "std",
                                List.of(0.5, 0.5, 0.5))),
                Map.entry("sample", Map.of("space", "pixel", "shape", List.of(3, SIDE, SIDE))),
                Map.entry("condition", List.of(Map.of("name", "mean", "shape", List.of(3)))),
                Map.entry("similarity", "mean"),
                Map.entry(
                        "graphs",
                        Map.of(
                                "encoder",
                                        graph(
                                                "encoder.onnx",
                                                encoder,
                                                Map.of("pixels", "pixels"),
                                                Map.of("mean", "mean")),
                                "denoiser",
                                        graph(
                                                "denoiser.onnx",
                                                denoiser,
                                                Map.of("sample", "sample", "timestep", "timestep", "mean", "mean"),
                                                Map.of("prediction", "velocity")))),
                Map.entry("unconditional", Map.of("file", "unconditional.json", "sha256", unconditional)),
                Map.entry("prediction", "v_prediction"),
                Map.entry("noiseSchedule", Map.of("type", "cosine", "maxTime", 0.999, "shift", 1.0)),
                Map.entry(
                        "sampling",
                        Map.of(
                                "schedulers",
                                List.of("ddim", "ddpm", "euler", "dpmpp-2m"),
                                "scheduler",
                                "ddim",
                                "steps",
                                10,
                                "maxSteps",
                                100,
                                "guidanceScale",
                                1.5,
                                "maxGuidanceScale",
                                20.0)));
        Files.write(directory.resolve("bundle.json"), new ObjectMapper().writeValueAsBytes(manifest));
    }

    private static Map<String, Object> graph(
            String file, String digest, Map<String, String> inputs, Map<String, String> outputs) {
        return Map.of("file", file, "sha256", digest, "inputs", inputs, "outputs", outputs);
    }

    private static OnnxModel encoder() {
        GraphBuilder graph = new GraphBuilder("encoder");
        Value pixels = graph.input("pixels", ElementType.FLOAT, PIXELS);
        Value mean = graph.node("ReduceMean", pixels, graph.longs(2, 3))
                .set("keepdims", 0)
                .output();
        graph.output("mean", mean, ElementType.FLOAT, Shape.leading("rows", 3));
        return graph.build();
    }

    private static OnnxModel denoiser() {
        GraphBuilder graph = new GraphBuilder("denoiser");
        Value sample = graph.input("sample", ElementType.FLOAT, PIXELS);
        Value timestep = graph.input("timestep", ElementType.FLOAT, Shape.leading("rows"));
        Value mean = graph.input("mean", ElementType.FLOAT, Shape.leading("rows", 3));
        Value condition = graph.node("Unsqueeze", mean, graph.longs(2, 3)).output();
        Value time = graph.node("Unsqueeze", graph.node("Cos", timestep).output(), graph.longs(1, 2, 3))
                .output();
        Value sum = graph.node("Add", sample, graph.node("Mul", condition, time).output())
                .output();
        graph.output("velocity", graph.node("Tanh", sum).output(), ElementType.FLOAT, PIXELS);
        return graph.build();
    }

    private static String write(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes);
        return DigestUtils.sha256Hex(bytes);
    }
}
