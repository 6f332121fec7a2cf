package dev.semantica.sampler.diffusers;

import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.TensorType;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.diffusers.Ends.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MessageDigestAlgorithms;

/**
 * An image encoder that was exported to ONNX by itself, such as DINOv2, the vision half of CLIP, or Inception, with its
 * preprocessor_config.json beside it; read and understood, not run.
 */
public final class ImageEncoderExport {

    /** What an adapted graph calls its input: floats [rows, 3, height, width]. */
    public static final String PIXELS = "pixels";
    /** What an adapted graph calls its output: floats [rows, …]. */
    public static final String FEATURES = "features";

    private static final String CONFIG = "preprocessor_config.json";
    private static final Path NO_FOLDER = Path.of("");

    private final ExportedGraph graph;
    private final String pixels;
    private final List<String> flags;
    private final Preprocessing preprocessing;
    private final List<String> digests;

    private ImageEncoderExport(
            ExportedGraph graph, Ends ends, String pixels, Preprocessing preprocessing, List<String> digests) {
        this.graph = graph;
        this.pixels = pixels;
        this.flags = ends.flags();
        this.preprocessing = preprocessing;
        this.digests = digests;
    }

    /**
     * Reads an export.
     *
     * @param place an ONNX file, or a folder with one, in itself or in {@code onnx/}
     * @throws BundleException with everything that is missing, wrong or unsupported
     */
    public static ImageEncoderExport read(Path place) throws BundleException {
        List<String> problems = new ArrayList<>();
        boolean isFile = Files.isRegularFile(place);
        Path directory = isFile ? Optional.ofNullable(place.getParent()).orElse(NO_FOLDER) : place;
        ExportFolder folder = new ExportFolder(directory, problems);
        Optional<ExportedGraph> graph = Optional.empty();
        if (isFile) {
            graph = folder.graphAt(place);
        } else if (!Files.isDirectory(place)) {
            problems.add("No encoder at " + place + "; name an ONNX file, a folder with model.onnx, or a bundle");
        } else {
            boolean nested = !folder.has("model.onnx") && folder.has("onnx");
            graph = folder.graph(nested ? "onnx" : "");
        }
        Optional<Preprocessing> preprocessing = Optional.empty();
        if (isFile || Files.isDirectory(place)) {
            if (!folder.has(CONFIG)) {
                problems.add(directory.resolve(CONFIG) + " does not exist; it says how the encoder wants its pictures:"
                        + " copy it beside the graph");
            }
            preprocessing = folder.config(CONFIG).flatMap(Preprocessor::readAlone);
        }
        if (graph.isEmpty()) {
            throw new BundleException(problems);
        }
        ExportedGraph found = graph.orElseThrow();
        Ends ends = Ends.of(found, Set.of(Role.PICTURE), problems);
        String pixels = ends.required(Role.PICTURE);
        if (pixels != null) {
            preprocessing.ifPresent(picture -> checkSides(found, pixels, picture, problems));
        }
        if (!problems.isEmpty()) {
            throw new BundleException(problems);
        }
        return new ImageEncoderExport(found, ends, pixels, preprocessing.orElseThrow(), digests(found));
    }

    private static void checkSides(ExportedGraph graph, String pixels, Preprocessing picture, List<String> problems) {
        TensorType input = graph.inputs().get(pixels);
        int[] expected = {3, picture.height(), picture.width()};
        for (int axis = 1; axis <= expected.length; axis++) {
            int side = ExportedGraph.side(input, axis);
            if (side >= 0 && side != expected[axis - 1]) {
                problems.add(graph.file() + " input '" + pixels + "' is " + input.shape() + ", but " + CONFIG
                        + " makes pictures of [3, " + picture.height() + ", " + picture.width() + "]");
                return;
            }
        }
    }

    /** The graph's file; weights may lie in others beside it. */
    public Path file() {
        return graph.file();
    }

    /** How pictures become what the encoder reads. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /** The shapes of the outputs of floats, in the graph's order. */
    public Map<String, Shape> outputs() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        graph.outputs().forEach((name, type) -> {
            if (Ends.isFloat(type)) {
                shapes.put(name, type.shape());
            }
        });
        return Collections.unmodifiableMap(shapes);
    }

    /** SHA-256 of the graph and of the files that hold its weights, a line each. */
    public List<String> digests() {
        return digests;
    }

    /** The encoder with floats at both ends, {@link #PIXELS} and {@link #FEATURES}; weights beside it stay there. */
    public OnnxModel adapted(String output) {
        GraphAdapter adapter = new GraphAdapter(graph);
        adapter.bind(pixels, adapter.input(PIXELS, 3, preprocessing.height(), preprocessing.width()));
        flags.forEach(adapter::bindZero);
        Map<String, Value> outputs = adapter.graft();
        // Declared without sizes: what the graph gives is looked at when it runs.
        adapter.output(
                FEATURES,
                adapter.floats(output, outputs),
                ExportedGraph.rank(graph.outputs().get(output)));
        return adapter.build();
    }

    private static List<String> digests(ExportedGraph graph) throws BundleException {
        List<String> lines = new ArrayList<>();
        try {
            lines.add("graph " + sha256(graph.file()));
            for (Map.Entry<String, Path> data : graph.data().entrySet()) {
                lines.add(data.getKey() + " " + sha256(data.getValue()));
            }
            return List.copyOf(lines);
        } catch (IOException e) {
            throw new BundleException(List.of(graph.file() + " cannot be read: " + e.getMessage()));
        }
    }

    private static String sha256(Path file) throws IOException {
        return new DigestUtils(MessageDigestAlgorithms.SHA_256).digestAsHex(file);
    }
}
