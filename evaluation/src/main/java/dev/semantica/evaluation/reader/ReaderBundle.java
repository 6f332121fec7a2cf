package dev.semantica.evaluation.reader;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.bundle.BundleWriter;
import dev.semantica.sampler.bundle.DraftFolder;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes a bundle that has a reader; everything else is the other bundle's. */
public final class ReaderBundle {

    private static final String READER = "reader";
    private static final String FILE = "reader.onnx";

    private ReaderBundle() {}

    /**
     * Writes it. It comes to its place whole or not at all.
     *
     * @param from the bundle; a reader of its own is left out
     * @param directory where the new one is to be; must not exist yet
     * @param name what requests call the new one
     * @param attempts how often a variation is drawn at most
     * @param agreement below which a variation is drawn anew, above 0 to 1
     * @throws BundleException if what was made cannot be used
     */
    public static void write(Bundle from, Path directory, String name, ReaderFit fit, int attempts, double agreement)
            throws IOException, BundleException {
        Map<String, String> outputs = new LinkedHashMap<>();
        fit.factors().forEach(factor -> outputs.put(factor.name(), factor.name()));
        BundleManifest.Reader reader = new BundleManifest.Reader(
                fit.factors().stream()
                        .map(factor -> new BundleManifest.Factor(factor.name(), factor.values(), factor.certainty()))
                        .toList(),
                attempts,
                agreement);
        try (DraftFolder draft = DraftFolder.beside(directory)) {
            BundleWriter writer = Bundle.writer(draft.folder());
            writer.copy(from, Set.of(READER));
            String digest = writer.add(FILE, graph(from.manifest(), fit));
            writer.finish(from.manifest()
                    .withReader(
                            name,
                            new BundleManifest.Graph(FILE, digest, Map.of(fit.tensor(), fit.tensor()), outputs, null),
                            reader,
                            origin(from, fit)));
            OnnxBundle.verify(draft.folder());
            draft.put();
        }
    }

    private static OnnxModel graph(BundleManifest manifest, ReaderFit fit) {
        BundleManifest.Tensor tensor = manifest.condition().stream()
                .filter(known -> known.name().equals(fit.tensor()))
                .findFirst()
                .orElseThrow();
        int width = tensor.size();
        List<Integer> shape = tensor.shape();
        GraphBuilder graph = new GraphBuilder(READER);
        Value condition = graph.input(
                fit.tensor(),
                ElementType.FLOAT,
                Shape.leading(
                        "rows", shape.stream().mapToLong(Integer::longValue).toArray()));
        Value rows =
                shape.size() == 1 ? condition : graph.node("Flatten", condition).output();
        for (ReaderFit.Fitted factor : fit.factors()) {
            int values = factor.values().size();
            float[] weights = new float[width * values];
            float[] biases = new float[values];
            for (int value = 0; value < values; value++) {
                for (int i = 0; i < width; i++) {
                    weights[i * values + value] = (float) factor.weights()[value][i];
                }
                biases[value] = (float) factor.weights()[value][width];
            }
            Value product = graph.node(
                            "MatMul",
                            rows,
                            graph.floats(factor.name() + "/weight", new long[] {width, values}, weights))
                    .output();
            Value logits = graph.node(
                            "Add", product, graph.floats(factor.name() + "/bias", new long[] {values}, biases))
                    .output();
            graph.output(factor.name(), logits, ElementType.FLOAT, Shape.leading("rows", values));
        }
        return graph.build();
    }

    private static ObjectNode origin(Bundle from, ReaderFit fit) {
        ObjectNode origin = JsonNodeFactory.instance.objectNode();
        origin.put("of", from.digest());
        origin.put("pictures", fit.pictures());
        ObjectNode heldOut = origin.putObject("heldOut");
        ObjectNode penalty = origin.putObject("penalty");
        fit.factors().forEach(factor -> {
            heldOut.put(factor.name(), factor.heldOut());
            penalty.put(factor.name(), factor.wanted().penalty());
        });
        return origin;
    }
}
