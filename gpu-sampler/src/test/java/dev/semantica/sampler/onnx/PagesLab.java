package dev.semantica.sampler.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxFormatException;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.TensorType;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;

/** The bundle that the project ships, for tests. */
public final class PagesLab {

    public static final Path DIRECTORY = Path.of("..", "models", "pages-lab");

    private PagesLab() {}

    public static OnnxBundle load(int threads) throws BundleException {
        return OnnxBundle.load(Bundle.read(DIRECTORY), ExecutionProvider.cpu(threads));
    }

    public static OnnxBundle load(ExecutionProvider provider, OnnxBundle.TickPath path) throws BundleException {
        return OnnxBundle.load(Bundle.read(DIRECTORY), provider, path);
    }

    /** What the denoiser reads in place of one of its inputs. */
    public interface Input {
        Value of(GraphBuilder graph, String name, TensorType type, Value value);
    }

    /** Copies the bundle into a folder. */
    public static void copy(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    /** Copies the bundle into a folder that is not there yet, with a denoiser that reads other inputs. */
    public static void copy(Path folder, Input input) throws Exception {
        Files.createDirectory(folder);
        copy(folder);
        Path denoiser = folder.resolve("denoiser.onnx");
        byte[] graph = altered(OnnxModel.read(denoiser), input).bytes();
        Files.write(denoiser, graph);
        ObjectMapper json = new ObjectMapper();
        File file = folder.resolve("bundle.json").toFile();
        JsonNode manifest = json.readTree(file);
        ((ObjectNode) manifest.at("/graphs/denoiser"))
                .put(
                        "sha256",
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(graph)));
        json.writeValue(file, manifest);
    }

    private static OnnxModel altered(OnnxModel model, Input input) throws OnnxFormatException {
        GraphBuilder graph = GraphBuilder.matching("altered", model);
        Map<String, Value> inputs = new HashMap<>();
        for (Map.Entry<String, TensorType> entry : model.inputs().entrySet()) {
            TensorType type = entry.getValue();
            Value value = graph.input(entry.getKey(), type.element(), type.shape());
            inputs.put(entry.getKey(), input.of(graph, entry.getKey(), type, value));
        }
        Map<String, Value> outputs = graph.graft(model, "denoiser/", inputs);
        for (Map.Entry<String, TensorType> entry : model.outputs().entrySet()) {
            TensorType type = entry.getValue();
            graph.output(entry.getKey(), outputs.get(entry.getKey()), type.element(), type.shape());
        }
        return graph.build();
    }

    public static byte[] exampleFile(String name) throws IOException {
        return Files.readAllBytes(DIRECTORY.resolve("examples").resolve(name));
    }

    public static RgbImage example(String name) throws IOException, ImageRejectedException {
        return new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system()).decode(exampleFile(name));
    }
}
