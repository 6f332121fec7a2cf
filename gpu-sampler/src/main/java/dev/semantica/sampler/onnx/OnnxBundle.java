package dev.semantica.sampler.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.semantica.diffusion.Denoiser;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SamplingLoop;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.diffusion.Stepper;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.EngineException;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.image.PixelTensors;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.GraphSession.Frame;
import dev.semantica.sampler.onnx.GraphSession.Port;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bundle on ONNX Runtime. */
public final class OnnxBundle implements LoadedBundle {

    private static final Logger LOG = LoggerFactory.getLogger(OnnxBundle.class);

    private static final OrtEnvironment ENVIRONMENT =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "semantica");

    static {
        try {
            ENVIRONMENT.setTelemetry(false);
        } catch (OrtException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Bundle bundle;
    private final ExecutionProvider provider;
    private final Map<String, GraphSession> graphs = new LinkedHashMap<>();
    private final double[] scale = new double[3];
    private final double[] offset = new double[3];
    private final EncoderPixels encoderPixels;
    private final Condition unconditional;
    private TickSession composed;

    /** How a tick is computed. */
    public enum TickPath {
        /** In one graph, with guidance and update in it, where the denoiser allows it. */
        COMPOSED,
        /** The denoiser as it came; guidance and update in Java. What the other path is compared with. */
        PLAIN
    }

    /**
     * Loads a bundle's graphs, compares them with the manifest, and runs each once.
     *
     * @throws BundleException with every problem found
     */
    public static OnnxBundle load(Bundle bundle, ExecutionProvider provider) throws BundleException {
        return load(bundle, provider, TickPath.COMPOSED);
    }

    /** The same, with the way in which a tick is computed. */
    public static OnnxBundle load(Bundle bundle, ExecutionProvider provider, TickPath path) throws BundleException {
        provider.check();
        OnnxBundle loaded = new OnnxBundle(bundle, provider);
        try {
            loaded.open(path);
            if (path == TickPath.COMPOSED) {
                loaded.compose();
            }
            loaded.dryRun();
            return loaded;
        } catch (BundleException | RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    private OnnxBundle(Bundle bundle, ExecutionProvider provider) {
        this.bundle = bundle;
        this.provider = provider;
        BundleManifest.Image image = bundle.manifest().image();
        for (int c = 0; c < 3; c++) {
            scale[c] = 1 / (255 * image.std().get(c));
            offset[c] = -image.mean().get(c) / image.std().get(c);
        }
        this.encoderPixels = EncoderPixels.of(bundle.manifest());
        this.unconditional = new Condition(bundle.manifest().condition().stream()
                .map(tensor -> bundle.unconditional().get(tensor.name()))
                .toList());
    }

    private void open(TickPath path) throws BundleException {
        List<String> problems = new ArrayList<>();
        for (String role : bundle.manifest().graphs().keySet()) {
            Path file = bundle.graphFile(role).orElseThrow();
            try {
                // The composed graph takes the denoiser's place: until then it is only looked at.
                boolean briefly = path == TickPath.COMPOSED && role.equals("denoiser");
                GraphSession session = session(role, !briefly);
                graphs.put(role, session);
                problems.addAll(session.check(file));
            } catch (OrtException e) {
                problems.add(file + " (" + role + ") cannot be loaded: " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new BundleException(problems);
        }
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
                    ENVIRONMENT,
                    ENVIRONMENT.createSession(file, options),
                    ports(role, graph.inputs()),
                    ports(role, graph.outputs()));
        }
    }

    /** Puts the composed graph in the denoiser's place, if it can be composed. */
    private void compose() throws BundleException {
        Path file = bundle.graphFile("denoiser").orElseThrow();
        try (OrtSession.SessionOptions options = provider.options()) {
            OnnxModel denoiser = OnnxModel.read(file);
            if (!TickGraph.fits(denoiser, bundle)) {
                LOG.info(
                        "Guidance and update of bundle {} are computed outside of its graph: the denoiser has a scalar"
                                + " timestep or old operators",
                        bundle.name());
                graphs.remove("denoiser").close();
                denoiser();
                return;
            }
            if (denoiser.hasExternalData()) {
                options.addConfigEntry(
                        "session.model_external_initializers_file_folder_path",
                        file.toAbsolutePath().getParent().toString());
            }
            byte[] tick = TickGraph.compose(denoiser, bundle).bytes();
            composed = new TickSession(ENVIRONMENT, ENVIRONMENT.createSession(tick, options), bundle.manifest());
            graphs.remove("denoiser").close();
        } catch (IOException | OrtException e) {
            throw new BundleException(List.of("The update cannot be composed onto " + file + ": " + e.getMessage()));
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

    /** What a graph declares need not be what it does: only a call tells. */
    private void dryRun() throws BundleException {
        try {
            int width = bundle.manifest().image().width();
            int height = bundle.manifest().image().height();
            Condition condition = encode(List.of(new RgbImage(width, height, new byte[3 * width * height])))
                    .get(0);
            int size = bundle.manifest().sample().size();
            BundleManifest.Sampling sampling = bundle.manifest().sampling();
            StepTable table = bundle.tabulate(
                    SchedulerKind.byWireName(sampling.scheduler()).orElseThrow(), sampling.steps());
            Row<Condition> guided = new Row<>(table, condition, 1.5, 0, 0, new float[size]);
            Row<Condition> unguided = new Row<>(table, condition, 1, 0, 0, new float[size]);
            stepper().tick(List.of(guided, unguided));
            if (guided.failure() != null || unguided.failure() != null) {
                throw new BundleException(List.of(bundle.graphFile("denoiser").orElseThrow()
                        + " gives numbers that are not finite for a plain input"));
            }
            decode(List.of(new float[size]));
            if (encodesSamples()) {
                encodeSamples(List.of(new RgbImage(width, height, new byte[3 * width * height])));
            }
        } catch (EngineException e) {
            throw new BundleException(
                    List.of("A dry run of bundle " + bundle.directory() + " failed: " + e.getMessage()));
        }
    }

    @Override
    public Bundle bundle() {
        return bundle;
    }

    @Override
    public String engine() {
        return provider.label();
    }

    @Override
    public List<Condition> encode(List<RgbImage> images) {
        Frame frame = graphs.get("encoder").frame(images.size());
        float[] pixels = new float[3 * encoderPixels.width() * encoderPixels.height()];
        for (int row = 0; row < images.size(); row++) {
            encoderPixels.write(images.get(row), pixels);
            frame.put("pixels", row, pixels, 0, pixels.length);
        }
        frame.run();
        List<Condition> conditions = new ArrayList<>();
        for (int row = 0; row < images.size(); row++) {
            List<float[]> tensors = new ArrayList<>();
            for (BundleManifest.Tensor tensor : bundle.manifest().condition()) {
                float[] values = new float[tensor.size()];
                frame.get(tensor.name(), row, values, 0, values.length);
                tensors.add(values);
            }
            conditions.add(new Condition(tensors));
        }
        return conditions;
    }

    /** On the composed path the denoiser is loaded when it is first asked for. */
    @Override
    public Denoiser<Condition> denoiser() {
        if (!graphs.containsKey("denoiser")) {
            try {
                graphs.put("denoiser", session("denoiser", true));
            } catch (OrtException e) {
                throw Failures.of("The denoiser cannot be loaded", e);
            }
        }
        return new OnnxDenoiser();
    }

    @Override
    public Stepper<Condition> stepper() {
        return composed == null ? new SamplingLoop<>(denoiser()) : composed;
    }

    @Override
    public boolean scalarTimestep() {
        return bundle.manifest().sharesTimestep();
    }

    /** Time that ticks have spent in the composed graph since the bundle was loaded, in nanoseconds. */
    public long nanosInTickGraph() {
        return composed == null ? 0 : composed.nanosInGraph();
    }

    @Override
    public boolean encodesSamples() {
        return bundle.graphFile("latentEncoder").isPresent()
                || bundle.graphFile("decoder").isEmpty();
    }

    @Override
    public List<float[]> encodeSamples(List<RgbImage> images) {
        List<float[]> samples = new ArrayList<>();
        GraphSession encoder = graphs.get("latentEncoder");
        if (encoder == null) {
            for (RgbImage image : images) {
                float[] pixels = new float[3 * image.width() * image.height()];
                PixelTensors.write(image, scale, offset, pixels, 0);
                samples.add(pixels);
            }
            return samples;
        }
        Frame frame = encoder.frame(images.size());
        float[] pixels = new float
                [3
                        * bundle.manifest().image().width()
                        * bundle.manifest().image().height()];
        for (int row = 0; row < images.size(); row++) {
            PixelTensors.write(images.get(row), scale, offset, pixels, 0);
            frame.put("pixels", row, pixels, 0, pixels.length);
        }
        frame.run();
        for (int row = 0; row < images.size(); row++) {
            float[] values = new float[bundle.manifest().sample().size()];
            frame.get("sample", row, values, 0, values.length);
            samples.add(values);
        }
        return samples;
    }

    @Override
    public List<RgbImage> decode(List<float[]> samples) {
        BundleManifest.Image image = bundle.manifest().image();
        List<RgbImage> pictures = new ArrayList<>();
        GraphSession decoder = graphs.get("decoder");
        if (decoder == null) {
            samples.forEach(
                    sample -> pictures.add(PixelTensors.read(sample, 0, image.width(), image.height(), scale, offset)));
            return pictures;
        }
        Frame frame = decoder.frame(samples.size());
        for (int row = 0; row < samples.size(); row++) {
            frame.put("sample", row, samples.get(row), 0, samples.get(row).length);
        }
        frame.run();
        float[] pixels = new float[3 * image.width() * image.height()];
        for (int row = 0; row < samples.size(); row++) {
            frame.get("pixels", row, pixels, 0, pixels.length);
            pictures.add(PixelTensors.read(pixels, 0, image.width(), image.height(), scale, offset));
        }
        return pictures;
    }

    @Override
    public void close() {
        graphs.values().forEach(GraphSession::close);
        graphs.clear();
        if (composed != null) {
            composed.close();
            composed = null;
        }
    }

    private final class OnnxDenoiser implements Denoiser<Condition> {
        private final int size = bundle.manifest().sample().size();

        @Override
        public int sampleSize() {
            return size;
        }

        @Override
        public Condition unconditional() {
            return unconditional;
        }

        @Override
        public void denoise(
                int entries, float[] inputs, float[] timesteps, List<Condition> conditions, float[] outputs) {
            if (!bundle.manifest().sharesTimestep()) {
                call(IntStream.range(0, entries).toArray(), inputs, timesteps, conditions, outputs);
                return;
            }
            // The graph reads one timestep a call, so a call is made for each that occurs.
            Map<Float, List<Integer>> byTimestep = new LinkedHashMap<>();
            for (int entry = 0; entry < entries; entry++) {
                byTimestep
                        .computeIfAbsent(timesteps[entry], any -> new ArrayList<>())
                        .add(entry);
            }
            byTimestep
                    .values()
                    .forEach(same -> call(
                            same.stream().mapToInt(Integer::intValue).toArray(),
                            inputs,
                            timesteps,
                            conditions,
                            outputs));
        }

        /** Evaluates the entries of these positions. */
        private void call(
                int[] entries, float[] inputs, float[] timesteps, List<Condition> conditions, float[] outputs) {
            Frame frame = graphs.get("denoiser").frame(entries.length);
            List<BundleManifest.Tensor> tensors = bundle.manifest().condition();
            for (int row = 0; row < entries.length; row++) {
                frame.put("sample", row, inputs, entries[row] * size, size);
                frame.put("timestep", row, timesteps, entries[row], 1);
                for (int i = 0; i < tensors.size(); i++) {
                    float[] values = conditions.get(entries[row]).tensors().get(i);
                    frame.put(tensors.get(i).name(), row, values, 0, values.length);
                }
            }
            frame.run();
            for (int row = 0; row < entries.length; row++) {
                frame.get("prediction", row, outputs, entries[row] * size, size);
            }
        }
    }
}
