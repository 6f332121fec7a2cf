package dev.semantica.sampler.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.EngineException;
import dev.semantica.sampler.onnx.GraphSession.Port;
import dev.semantica.sampler.onnx.OnnxBundle.TickPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The graphs of a bundle as sessions of ONNX Runtime, by role. Not safe for use by several threads. */
final class BundleGraphs implements AutoCloseable {

    /** Bytes of a graph up to which its weights are held twice, for parts of rows; a larger one has its rows in one call. */
    private static final int LARGEST_TWICE = 128 << 20;

    private final Bundle bundle;
    private final ExecutionProvider provider;
    private final OrtEnvironment environment;
    private final EncoderPixels encoderPixels;
    private final Map<String, GraphSession> sessions = new LinkedHashMap<>();
    private TickSession tick;

    BundleGraphs(Bundle bundle, ExecutionProvider provider, OrtEnvironment environment) {
        this.bundle = bundle;
        this.provider = provider;
        this.environment = environment;
        this.encoderPixels = EncoderPixels.of(bundle.manifest());
    }

    /**
     * Opens every graph and compares it with the manifest.
     *
     * @param path on paths that are composed, the denoiser is only looked at, and a composed graph takes its place
     * @throws BundleException with every problem found
     */
    void open(TickPath path) throws BundleException {
        boolean composed = path != TickPath.PLAIN;
        List<String> problems = new ArrayList<>();
        for (String role : bundle.manifest().graphs().keySet()) {
            Path file = bundle.graphFile(role).orElseThrow();
            try {
                boolean briefly = composed && role.equals("denoiser");
                GraphSession session = session(role, !briefly);
                sessions.put(role, session);
                problems.addAll(session.check(file));
            } catch (OrtException e) {
                problems.add(file + " (" + role + ") cannot be loaded: " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new BundleException(problems);
        }
        if (composed) {
            compose(path);
        }
    }

    /** Puts the composed graph in the denoiser's place, if it can be composed. */
    private void compose(TickPath path) throws BundleException {
        Path file = bundle.graphFile("denoiser").orElseThrow();
        try {
            OnnxModel denoiser = OnnxModel.read(file);
            sessions.remove("denoiser").close();
            if (!TickGraph.fits(denoiser, bundle)) {
                return;
            }
            byte[] graph = TickGraph.compose(denoiser, bundle).bytes();
            boolean divided = path == TickPath.COMPOSED
                    && provider.kind() == ExecutionProvider.Kind.CPU
                    && !denoiser.hasExternalData()
                    && graph.length <= LARGEST_TWICE;
            OrtSession whole = session(graph, provider, denoiser.hasExternalData() ? file : null);
            int parts = divided ? provider.threads() : 1;
            tick = new TickSession(
                    whole,
                    session -> new TickCall(environment, session, bundle.manifest()),
                    parts,
                    () -> session(graph, provider.onOneThread(), null));
        } catch (IOException | EngineException e) {
            throw new BundleException(List.of("The update cannot be composed onto " + file + ": " + e.getMessage()));
        }
    }

    /** A session of the composed graph, whose weights may lie beside the file that it was made of. */
    private OrtSession session(byte[] graph, ExecutionProvider on, Path weights) {
        try (OrtSession.SessionOptions options = on.options()) {
            if (weights != null) {
                options.addConfigEntry(
                        "session.model_external_initializers_file_folder_path",
                        weights.toAbsolutePath().getParent().toString());
            }
            return environment.createSession(graph, options);
        } catch (OrtException e) {
            throw Failures.of("The composed graph cannot be loaded", e);
        }
    }

    /** Guidance, denoiser and update in one graph; null where they were not, or could not be, composed. */
    TickSession tick() {
        return tick;
    }

    /** The session of a role; null where the bundle has none. */
    GraphSession get(String role) {
        return sessions.get(role);
    }

    /** The denoiser as it came, which is loaded when it is first asked for. */
    GraphSession denoiser() {
        if (!sessions.containsKey("denoiser")) {
            try {
                sessions.put("denoiser", session("denoiser", true));
            } catch (OrtException e) {
                throw Failures.of("The denoiser cannot be loaded", e);
            }
        }
        return sessions.get("denoiser");
    }

    /** The size that the encoder reads pictures in. */
    EncoderPixels encoderPixels() {
        return encoderPixels;
    }

    private GraphSession session(String role, boolean optimised) throws OrtException {
        BundleManifest.Graph graph = bundle.manifest().graphs().get(role);
        String file = bundle.graphFile(role).orElseThrow().toString();
        try (OrtSession.SessionOptions options = provider.options()) {
            if (!optimised) {
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            }
            return new GraphSession(
                    role,
                    environment,
                    environment.createSession(file, options),
                    ports(role, graph.inputs()),
                    ports(role, graph.outputs()));
        }
    }

    private Map<String, Port> ports(String role, Map<String, String> names) {
        Map<String, Port> ports = new LinkedHashMap<>();
        names.forEach((key, name) -> ports.put(key, new Port(name, shape(role, key))));
        return ports;
    }

    private List<Integer> shape(String role, String key) {
        BundleManifest manifest = bundle.manifest();
        return switch (key) {
            case "pixels" ->
                role.equals("encoder")
                        ? List.of(3, encoderPixels.height(), encoderPixels.width())
                        : List.of(3, manifest.image().height(), manifest.image().width());
            case "sample", "prediction" -> manifest.sample().shape();
            case "timestep" -> List.of();
            default ->
                manifest.condition().stream()
                        .filter(tensor -> tensor.name().equals(key))
                        .findFirst()
                        .map(BundleManifest.Tensor::shape)
                        .orElseGet(() -> List.of(values(key)));
        };
    }

    private int values(String factor) {
        return bundle.manifest().reader().factors().stream()
                .filter(known -> known.name().equals(factor))
                .findFirst()
                .orElseThrow()
                .values()
                .size();
    }

    @Override
    public void close() {
        sessions.values().forEach(GraphSession::close);
        sessions.clear();
        if (tick != null) {
            tick.close();
            tick = null;
        }
    }
}
