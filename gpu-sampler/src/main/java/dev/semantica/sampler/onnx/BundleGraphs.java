package dev.semantica.sampler.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.onnx.GraphSession.Port;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The graphs of a bundle as sessions of ONNX Runtime, by role. Not safe for use by several threads. */
final class BundleGraphs implements AutoCloseable {

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
     * @param composed whether a composed graph is to take the denoiser's place: then that is only looked at
     * @throws BundleException with every problem found
     */
    void open(boolean composed) throws BundleException {
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
            compose();
        }
    }

    /** Puts the composed graph in the denoiser's place, if it can be composed. */
    private void compose() throws BundleException {
        Path file = bundle.graphFile("denoiser").orElseThrow();
        try (OrtSession.SessionOptions options = provider.options()) {
            OnnxModel denoiser = OnnxModel.read(file);
            sessions.remove("denoiser").close();
            if (!TickGraph.fits(denoiser, bundle)) {
                return;
            }
            if (denoiser.hasExternalData()) {
                options.addConfigEntry(
                        "session.model_external_initializers_file_folder_path",
                        file.toAbsolutePath().getParent().toString());
            }
            byte[] graph = TickGraph.compose(denoiser, bundle).bytes();
            tick = new TickSession(environment, environment.createSession(graph, options), bundle.manifest());
        } catch (IOException | OrtException e) {
            throw new BundleException(List.of("The update cannot be composed onto " + file + ": " + e.getMessage()));
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
                        .orElseThrow()
                        .shape();
        };
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
