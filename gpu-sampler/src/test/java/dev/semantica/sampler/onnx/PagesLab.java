package dev.semantica.sampler.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxFormatException;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.TensorType;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.bundle.BundleWriter;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;

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
        ((ObjectNode) manifest.at("/graphs/denoiser")).put("sha256", DigestUtils.sha256Hex(graph));
        json.writeValue(file, manifest);
    }

    /**
     * Copies the bundle into a folder that is not there yet, with a reader of two values that reads about half of a source's
     * variations otherwise than the source.
     */
    public static Bundle copyWithReader(Path folder, int attempts, RgbImage source) throws Exception {
        Bundle lab = Bundle.read(DIRECTORY);
        BundleWriter writer = Bundle.writer(folder);
        writer.copy(lab, Set.of());
        String tensor = lab.manifest().similarity();
        int width = lab.manifest().condition().stream()
                .filter(known -> known.name().equals(tensor))
                .findFirst()
                .orElseThrow()
                .size();
        float[] weights = new float[2 * width];
        float[] biases = {3, 0};
        Random random = new Random(5);
        try (OnnxBundle loaded = OnnxBundle.load(lab, ExecutionProvider.cpu(1))) {
            float[] encoded = loaded.encode(List.of(source)).get(0).tensors().get(1);
            for (int i = 0; i < width; i++) {
                weights[2 * i] = (float) (100 * random.nextGaussian());
                biases[0] -= weights[2 * i] * encoded[i];
            }
        }
        GraphBuilder graph = new GraphBuilder("reader");
        Value rows = graph.input(tensor, ElementType.FLOAT, Shape.leading("rows", width));
        Value product = graph.node("MatMul", rows, graph.floats("weight", new long[] {width, 2}, weights))
                .output();
        Value logits = graph.node("Add", product, graph.floats("bias", new long[] {2}, biases))
                .output();
        graph.output("kind", logits, ElementType.FLOAT, Shape.leading("rows", 2));
        String digest = writer.add("reader.onnx", graph.build());
        writer.finish(lab.manifest()
                .withReader(
                        lab.name(),
                        new BundleManifest.Graph(
                                "reader.onnx", digest, Map.of(tensor, tensor), Map.of("kind", "kind"), null),
                        new BundleManifest.Reader(
                                List.of(new BundleManifest.Factor("kind", List.of("cup", "tree"), null)),
                                attempts,
                                null),
                        lab.manifest().training()));
        return Bundle.read(folder);
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
