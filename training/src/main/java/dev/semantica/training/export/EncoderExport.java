package dev.semantica.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.DraftFolder;
import dev.semantica.training.network.Encoding;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.PageEncoderConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Writes an encoder by itself, in the layout that image encoders are exported in: {@code model.onnx} with pixel_values,
 * last_hidden_state and pooler_output, {@code preprocessor_config.json}, and beside them {@code encoder.json}, which says
 * where the weights come from. The folder is either whole or absent.
 */
public final class EncoderExport {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int ROWS = 3;
    private static final long SEED = 20240514;

    private final NDManager parent;

    /** Computes on that manager's device; what it allocates there it frees again. */
    public EncoderExport(NDManager manager) {
        this.parent = manager;
    }

    /**
     * Writes it, after the graph was compared with the network to 1e-4.
     *
     * @param directory where it shall lie; must not exist
     * @param name of the encoder
     * @param description a sentence for people
     * @param licence SPDX identifier of the weights' licence
     * @param training where the weights come from
     * @throws ExportException if it exists, or the graph differs from the network
     * @throws IOException if it cannot be written
     */
    public void write(
            Path directory, String name, String description, String licence, ObjectNode training, PageEncoder encoder)
            throws IOException {
        byte[] model = graph(encoder).bytes();
        ObjectNode manifest = JSON.createObjectNode();
        manifest.put("formatVersion", 1);
        manifest.put("name", name);
        manifest.put("description", description);
        manifest.put("licence", licence);
        manifest.put("sha256", DigestUtils.sha256Hex(model));
        manifest.set("training", training);
        try (DraftFolder draft = DraftFolder.beside(directory)) {
            Files.write(draft.folder().resolve("model.onnx"), model);
            Files.write(
                    draft.folder().resolve("preprocessor_config.json"),
                    JSON.writeValueAsBytes(preprocessing(encoder.config().side())));
            Files.write(draft.folder().resolve("encoder.json"), JSON.writeValueAsBytes(manifest));
            draft.put();
        }
    }

    private OnnxModel graph(PageEncoder encoder) throws ExportException {
        OnnxModel plain = new NetworkGraphs(parent).encoder(encoder);
        PageEncoderConfig config = encoder.config();
        int side = config.side();
        GraphBuilder graph = GraphBuilder.matching("encoder", plain);
        Value pixels =
                graph.input("pixel_values", ElementType.FLOAT, dev.semantica.onnx.Shape.leading("rows", 3, side, side));
        Map<String, Value> outputs = graph.graft(plain, "encoder/", Map.of("pixels", pixels));
        graph.output(
                "last_hidden_state",
                outputs.get("tokens"),
                ElementType.FLOAT,
                dev.semantica.onnx.Shape.leading("rows", (long) config.grid() * config.grid(), config.width()));
        graph.output(
                "pooler_output",
                outputs.get("pooled"),
                ElementType.FLOAT,
                dev.semantica.onnx.Shape.leading("rows", config.pooledWidth()));
        OnnxModel model = graph.build();
        try (NDManager manager = parent.newSubManager()) {
            Random random = new Random(SEED);
            float[] values = new float[ROWS * 3 * side * side];
            for (int i = 0; i < values.length; i++) {
                values[i] = 2 * random.nextFloat() - 1;
            }
            NDArray input = manager.create(values, new Shape(ROWS, 3, side, side));
            Encoding encoding = encoder.encode(input);
            Parity.check(
                    "encoder",
                    model,
                    Map.of("pixel_values", input),
                    Map.of("last_hidden_state", encoding.tokens(), "pooler_output", encoding.pooled()));
        }
        return model;
    }

    /** Shorter side to the encoder's, the middle cut out, bytes to −1 … 1. */
    private static ObjectNode preprocessing(int side) {
        ObjectNode config = JSON.createObjectNode();
        config.put("image_processor_type", "BitImageProcessor");
        config.put("do_resize", true);
        config.putObject("size").put("shortest_edge", side);
        config.put("resample", 2);
        config.put("do_center_crop", true);
        config.putObject("crop_size").put("height", side).put("width", side);
        config.put("do_convert_rgb", true);
        config.put("do_rescale", true);
        config.put("rescale_factor", 1 / 255.0);
        config.put("do_normalize", true);
        List<Double> half = List.of(0.5, 0.5, 0.5);
        config.set("image_mean", JSON.valueToTree(half));
        config.set("image_std", JSON.valueToTree(half));
        return config;
    }
}
