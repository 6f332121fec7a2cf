package dev.semantica.sampler.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import dev.semantica.diffusion.Denoiser;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SamplingLoop;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.diffusion.Stepper;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.EngineException;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.engine.Reading;
import dev.semantica.sampler.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
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

    /** The one of this process, quiet and without telemetry. */
    static OrtEnvironment environment() {
        return ENVIRONMENT;
    }

    private final Bundle bundle;
    private final ExecutionProvider provider;
    private final BundleGraphs graphs;
    private final OnnxPictures pictures;

    /** How a tick is computed. */
    public enum TickPath {
        /**
         * In one graph, with guidance and update in it, where the denoiser allows it; on the CPU by a call for each thread,
         * where the rows divide evenly.
         */
        COMPOSED,
        /** In that graph, by one call for all rows. */
        ONE_CALL,
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
            loaded.graphs.open(path);
            if (path != TickPath.PLAIN && loaded.graphs.tick() == null) {
                LOG.info(
                        "Guidance and update of bundle {} are computed outside of its graph: the denoiser has a scalar"
                                + " timestep or old operators",
                        bundle.name());
            }
            loaded.dryRun();
            return loaded;
        } catch (BundleException | RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    /**
     * Makes sure that the bundle in a directory can be used on the CPU.
     *
     * @throws BundleException with every problem found
     */
    public static void verify(Path directory) throws BundleException {
        load(Bundle.read(directory), ExecutionProvider.cpu(1)).close();
    }

    private OnnxBundle(Bundle bundle, ExecutionProvider provider) {
        this.bundle = bundle;
        this.provider = provider;
        this.graphs = new BundleGraphs(bundle, provider, ENVIRONMENT);
        this.pictures = new OnnxPictures(bundle.manifest(), graphs);
    }

    /** What a graph declares need not be what it does: only a call tells. */
    private void dryRun() throws BundleException {
        try {
            int width = bundle.manifest().image().width();
            int height = bundle.manifest().image().height();
            RgbImage black = new RgbImage(width, height, new byte[3 * width * height]);
            Condition condition = encode(List.of(black)).get(0);
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
            if (bundle.manifest().reader() != null) {
                read(List.of(condition));
            }
            if (encodesSamples()) {
                encodeSamples(List.of(black));
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
        return pictures.encode(images);
    }

    @Override
    public List<Reading> read(List<Condition> conditions) {
        return pictures.read(conditions);
    }

    /** On the composed path the denoiser is loaded when it is first asked for. */
    @Override
    public Denoiser<Condition> denoiser() {
        return new OnnxDenoiser(bundle, graphs.denoiser());
    }

    @Override
    public Stepper<Condition> stepper() {
        TickSession tick = graphs.tick();
        return tick == null ? new SamplingLoop<>(denoiser()) : tick;
    }

    @Override
    public boolean scalarTimestep() {
        return bundle.manifest().sharesTimestep();
    }

    /**
     * Time that ticks have spent in the composed graph since the bundle was loaded, in nanoseconds; of parts that ran beside
     * one another the longest counts.
     */
    public long nanosInTickGraph() {
        TickSession tick = graphs.tick();
        return tick == null ? 0 : tick.nanosInGraph();
    }

    @Override
    public boolean encodesSamples() {
        return bundle.graphFile("latentEncoder").isPresent()
                || bundle.graphFile("decoder").isEmpty();
    }

    @Override
    public List<float[]> encodeSamples(List<RgbImage> images) {
        return pictures.encodeSamples(images);
    }

    @Override
    public List<RgbImage> decode(List<float[]> samples) {
        return pictures.decode(samples);
    }

    @Override
    public void close() {
        graphs.close();
    }
}
