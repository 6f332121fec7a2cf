package dev.semantica.training.run;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.pages.PagesConfig;
import dev.semantica.pages.drawing.Kind;
import dev.semantica.training.data.Digests;
import dev.semantica.training.data.FrozenTensors;
import dev.semantica.training.data.PackedPage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.PagePacker;
import dev.semantica.training.data.PageSource;
import dev.semantica.training.data.PageSources;
import dev.semantica.training.data.PairBatches;
import dev.semantica.training.data.Split;
import dev.semantica.training.export.BundleDescription;
import dev.semantica.training.export.BundleExport;
import dev.semantica.training.export.ConditionEncoder;
import dev.semantica.training.network.AlignmentHead;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.EncoderHeads;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.Standardisation;
import dev.semantica.training.objective.AutoencoderLearner;
import dev.semantica.training.objective.DenoiserLearner;
import dev.semantica.training.objective.EncoderLearner;
import dev.semantica.training.objective.FactorTargets;
import dev.semantica.training.objective.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A run from pages to a bundle: pack the pages, train the encoder and freeze it, train the autoencoder, compute once what
 * both say of every image, train the denoiser, export. Every stage goes on where it stopped; one that is done is passed
 * over in moments.
 */
public final class TrainingRun {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VALIDATION_PAIRS = 512;
    private static final int LATENT_SAMPLE = 2048;

    private final RunConfig config;
    private final Path directory;
    private final BooleanSupplier stop;
    private final StageListener listener;
    private final InstantSource clock;

    /** What the stages up to the last one asked for need. */
    public enum Stage {
        /** Pack the pages. */
        PAGES,
        /** And train the encoder. */
        ENCODER,
        /** And the autoencoder. */
        AUTOENCODER,
        /** And the denoiser. */
        DENOISER,
        /** And write the bundle. */
        EXPORT
    }

    /**
     * A run.
     *
     * @param stop asked after every step; true ends the run with a checkpoint
     */
    public TrainingRun(RunConfig config, BooleanSupplier stop, StageListener listener, InstantSource clock) {
        this.config = config;
        this.directory = Path.of(config.directory());
        this.stop = stop;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Runs up to a stage.
     *
     * @throws TrainingException saying what keeps it from going on
     */
    public StageEnd run(Stage last) throws IOException, TrainingException {
        int threads = config.threads() == 0 ? Runtime.getRuntime().availableProcessors() : config.threads();
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        PackedPages store = pack();
        Split split = Split.of(store.pages(), config.data().validation(), heldOut());
        if (split.validation().isEmpty()) {
            throw new TrainingException("None of " + store.pages().size()
                    + " pages is for validation; raise data.validation, or bring more pages");
        }
        listener.said("%d pages to train on, %d to judge by, %d images in all"
                .formatted(split.training().size(), split.validation().size(), store.images()));
        if (last == Stage.PAGES) {
            return StageEnd.DONE;
        }
        try (NDManager manager = NDManager.newBaseManager();
                PageEncoder encoder = new PageEncoder(config.encoder().model(), manager, config.seed());
                Autoencoder autoencoder = new Autoencoder(config.autoencoder().model(), manager, config.seed() + 1)) {
            listener.said("computes on " + manager.getDevice() + " with " + threads + " threads, "
                    + Engine.getInstance().getEngineName() + " "
                    + Engine.getInstance().getVersion());
            String encoderKey = key("encoder", store.digest(), config.encoder());
            if (encoder(encoder, store, split, encoderKey, manager) == StageEnd.STOPPED) {
                return StageEnd.STOPPED;
            }
            boolean latent = config.denoiser().space() == RunConfig.Space.LATENT;
            String autoencoderKey = key("autoencoder", store.digest(), config.autoencoder());
            if (last != Stage.ENCODER
                    && latent
                    && autoencoder(autoencoder, store, split, autoencoderKey, manager) == StageEnd.STOPPED) {
                return StageEnd.STOPPED;
            }
            if (last == Stage.ENCODER || last == Stage.AUTOENCODER) {
                return StageEnd.DONE;
            }
            ImageDenoiserConfig shape = StageNetworks.denoiser(config);
            Standardisation standardisation =
                    latent ? standardisation(autoencoder, store, split, manager) : Standardisation.none(3);
            Frozen frozen = new Frozen(encoder, autoencoder, standardisation, manager);
            DenoiserLearner.Known known = frozen.known(store, shape, encoderKey, autoencoderKey);
            try (ImageDenoiser denoiser = new ImageDenoiser(shape, manager, config.seed() + 2)) {
                String key = key("denoiser", encoderKey + autoencoderKey, config.denoiser());
                if (denoiser(denoiser, shape, known, frozen, store, split, key, manager) == StageEnd.STOPPED) {
                    return StageEnd.STOPPED;
                }
                if (last == Stage.EXPORT) {
                    export(encoder, autoencoder, standardisation, denoiser, store, split, key, manager);
                }
            }
            return StageEnd.DONE;
        }
    }

    private PackedPages pack() throws IOException {
        List<PageSource> sources = new ArrayList<>();
        int expected = 0;
        for (RunConfig.Source source : config.data().sources()) {
            sources.add(source(source));
            expected += source.pages() == null ? 0 : source.pages();
        }
        listener.started("pages", expected, "pages");
        int[] skipped = {0};
        PackedPages store = new PagePacker(directory, config.data().side())
                .pack(sources, done -> listener.progressed(done, ""), (what, cause) -> {
                    if (skipped[0]++ < 10) {
                        listener.said("left out: " + what + ": " + cause);
                    }
                });
        listener.ended("pages");
        if (skipped[0] > 0) {
            listener.said(skipped[0] + " left out in all; skipped.jsonl beside the packed pages lists them");
        }
        return store;
    }

    private PageSource source(RunConfig.Source source) {
        if (source.type().equals("files")) {
            return PageSources.files(Path.of(source.path()), source.papers() == null ? 1 : source.papers());
        }
        PagesConfig pages = new PagesConfig(
                source.seed() == null ? config.seed() : source.seed(),
                source.images() == null ? PagesConfig.IMAGES : source.images(),
                config.data().side(),
                source.kinds() == null
                        ? List.of(Kind.values())
                        : source.kinds().stream().map(Kind::of).toList(),
                source.foreign() == null ? 0 : source.foreign(),
                source.nearDuplicates() == null ? 0 : source.nearDuplicates());
        return PageSources.procedural(pages, source.first() == null ? 0 : source.first(), source.pages());
    }

    private Set<String> heldOut() throws IOException {
        return config.data().heldOut().isEmpty()
                ? Set.of()
                : new HashSet<>(Files.readAllLines(Path.of(config.data().heldOut())));
    }

    private StageEnd encoder(PageEncoder encoder, PackedPages store, Split split, String key, NDManager manager)
            throws IOException, TrainingException {
        RunConfig.EncoderStage stage = config.encoder();
        FactorTargets factors = FactorTargets.of(split.training(), new HashSet<>(stage.colourFactors()));
        int batch = stage.training().batch();
        try (PageEncoder judgedEncoder = new PageEncoder(stage.model(), manager, 0);
                EncoderHeads heads = heads(factors, manager, config.seed() + 3);
                EncoderHeads judgedHeads = heads(factors, manager, 0)) {
            EncoderLearner learner = new EncoderLearner(
                    new EncoderLearner.Taught(encoder, heads),
                    new EncoderLearner.Taught(judgedEncoder, judgedHeads),
                    store,
                    pairs(split.training(), null, PairBatches.Objective.PAIRS, batch),
                    pairs(split.validation(), null, PairBatches.Objective.PAIRS, batch),
                    Math.max(1, VALIDATION_PAIRS / batch),
                    factors,
                    stage.weights(),
                    stage.pictureSide(),
                    batch,
                    config.seed());
            return loop("encoder", key, stage.training()).run(learner, manager);
        }
    }

    private EncoderHeads heads(FactorTargets factors, NDManager manager, long seed) {
        return new EncoderHeads(
                config.encoder().model(),
                factors.classes(),
                factors.quantities().size(),
                config.encoder().pictureSide(),
                manager,
                seed);
    }

    private StageEnd autoencoder(Autoencoder autoencoder, PackedPages store, Split split, String key, NDManager manager)
            throws IOException, TrainingException {
        RunConfig.AutoencoderStage stage = config.autoencoder();
        int batch = stage.training().batch();
        try (Autoencoder judged = new Autoencoder(stage.model(), manager, 0)) {
            AutoencoderLearner learner = new AutoencoderLearner(
                    autoencoder,
                    judged,
                    store,
                    pairs(split.training(), null, PairBatches.Objective.RECONSTRUCT, batch),
                    images(split.validation()),
                    stage.weights(),
                    batch,
                    config.seed());
            return loop("autoencoder", key, stage.training()).run(learner, manager);
        }
    }

    private StageEnd denoiser(
            ImageDenoiser denoiser,
            ImageDenoiserConfig shape,
            DenoiserLearner.Known known,
            Frozen frozen,
            PackedPages store,
            Split split,
            String key,
            NDManager manager)
            throws IOException, TrainingException {
        RunConfig.DenoiserStage stage = config.denoiser();
        int batch = stage.training().batch();
        PairFilter filter = new PairFilter(known.pooled(), stage.filter());
        try (ImageDenoiser judged = new ImageDenoiser(shape, manager, 0);
                AlignmentHead alignment =
                        stage.alignment() > 0 ? new AlignmentHead(shape, manager, config.seed() + 4) : null) {
            DenoiserLearner learner = new DenoiserLearner(
                    new DenoiserLearner.Taught(denoiser, alignment),
                    judged,
                    known,
                    store,
                    pairs(split.training(), filter.admitted(split.training()), stage.objective(), batch),
                    pairs(split.validation(), null, PairBatches.Objective.PAIRS, batch),
                    Math.max(1, VALIDATION_PAIRS / batch),
                    new DenoiserLearner.Teaching(
                            stage.dropout(),
                            stage.alignment(),
                            stage.shift(),
                            config.export().steps(),
                            config.export().guidanceScale()),
                    frozen::draw,
                    batch,
                    config.seed());
            return loop("denoiser", key, stage.training()).run(learner, manager);
        }
    }

    private TrainingLoop loop(String stage, String key, RunConfig.Training training) {
        return new TrainingLoop(stage, directory.resolve(stage), key, training.plan(), stop, listener, clock);
    }

    private PairBatches pairs(List<PackedPage> pages, List<int[]> admitted, PairBatches.Objective objective, int batch)
            throws TrainingException {
        try {
            return new PairBatches(pages, admitted, objective, batch, config.seed());
        } catch (IllegalArgumentException e) {
            throw new TrainingException(e.getMessage());
        }
    }

    private static int[] images(List<PackedPage> pages) {
        return pages.stream()
                .flatMapToInt(page -> IntStream.range(page.firstImage(), page.firstImage() + page.images()))
                .toArray();
    }

    /** Mean and deviation of every channel of the latents, over images from all of the training pages. */
    private Standardisation standardisation(
            Autoencoder autoencoder, PackedPages store, Split split, NDManager manager) {
        int[] all = images(split.training());
        int channels = autoencoder.config().channels();
        double[] sums = new double[channels];
        double[] squares = new double[channels];
        int sampled = Math.min(LATENT_SAMPLE, all.length);
        long count = 0;
        for (int from = 0; from < sampled; from += 64) {
            int[] images = new int[Math.min(64, sampled - from)];
            for (int i = 0; i < images.length; i++) {
                images[i] = all[(int) ((long) (from + i) * all.length / sampled)];
            }
            try (NDManager work = manager.newSubManager()) {
                NDArray latents = autoencoder.encode(Pixels.of(store, images, work));
                int plane = (int) (latents.size() / images.length / channels);
                float[] values = latents.toFloatArray();
                for (int i = 0; i < values.length; i++) {
                    int channel = i / plane % channels;
                    sums[channel] += values[i];
                    squares[channel] += (double) values[i] * values[i];
                }
                count += (long) images.length * plane;
            }
        }
        List<Float> mean = new ArrayList<>();
        List<Float> deviation = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            double middle = sums[c] / count;
            mean.add((float) middle);
            deviation.add((float) Math.sqrt(Math.max(1e-12, squares[c] / count - middle * middle)));
        }
        return new Standardisation(mean, deviation);
    }

    private void export(
            PageEncoder encoder,
            Autoencoder autoencoder,
            Standardisation standardisation,
            ImageDenoiser denoiser,
            PackedPages store,
            Split split,
            String key,
            NDManager manager)
            throws IOException {
        ObjectNode provenance = JSON.createObjectNode();
        provenance.put("run", key);
        provenance.put("data", store.digest());
        provenance.put("trainingPages", split.training().size());
        provenance.put("validationPages", split.validation().size());
        provenance.put("images", store.images());
        provenance.put("finished", clock.instant().toString());
        provenance.set("configuration", JSON.valueToTree(withoutPlaces()));
        BundleDescription description = new BundleDescription(
                config.name(),
                config.description(),
                config.licence(),
                config.denoiser().shift(),
                BundleDescription.sampling(
                        config.export().steps(), config.export().guidanceScale()),
                provenance);
        Path place = Path.of(config.export().directory());
        BundleExport export = new BundleExport(manager);
        ConditionEncoder condition = ConditionEncoder.of(encoder, manager);
        if (config.denoiser().space() == RunConfig.Space.LATENT) {
            export.latent(place, description, condition, denoiser, autoencoder, standardisation);
        } else {
            export.pixel(place, description, condition, denoiser);
        }
        listener.said("bundle written to " + place);
    }

    /** The configuration as anyone may see it: paths are this machine's own business. */
    private RunConfig withoutPlaces() {
        List<RunConfig.Source> sources = config.data().sources().stream()
                .map(source -> source.path() == null
                        ? source
                        : new RunConfig.Source(
                                source.type(),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                String.valueOf(Path.of(source.path()).getFileName()),
                                source.papers()))
                .toList();
        return new RunConfig(
                config.name(),
                config.description(),
                config.licence(),
                config.seed(),
                config.threads(),
                "",
                new RunConfig.Data(config.data().side(), config.data().validation(), "", sources),
                config.encoder(),
                config.autoencoder(),
                config.denoiser(),
                new RunConfig.Export(
                        "", config.export().steps(), config.export().guidanceScale()));
    }

    /** What must be the same for a stage to go on: its configuration, the seed, and all that came before. */
    private String key(String stage, String before, Object part) throws IOException {
        String heldOut = heldOut().isEmpty() ? "" : new TreeSet<>(heldOut()).toString();
        ObjectNode node = JSON.valueToTree(part);
        ObjectNode training = (ObjectNode) node.get("training");
        training.remove(List.of("judgeEvery", "saveEvery"));
        return stage + "-"
                + Digests.sha256(before + config.seed() + config.data().validation() + node + heldOut)
                        .substring(0, 16);
    }

    /** The frozen networks, and what they say of every image. */
    private final class Frozen {
        private final PageEncoder encoder;
        private final Autoencoder autoencoder;
        private final Standardisation standardisation;
        private final NDManager manager;

        Frozen(PageEncoder encoder, Autoencoder autoencoder, Standardisation standardisation, NDManager manager) {
            this.encoder = encoder;
            this.autoencoder = autoencoder;
            this.standardisation = standardisation;
            this.manager = manager;
        }

        DenoiserLearner.Known known(
                PackedPages store, ImageDenoiserConfig shape, String encoderKey, String autoencoderKey)
                throws IOException {
            Path cache = directory.resolve("frozen");
            FrozenTensors tokens = tensors(
                    "tokens of images",
                    cache.resolve(encoderKey + ".tokens"),
                    store,
                    shape.tokens() * shape.tokenWidth(),
                    images ->
                            evaluate(images, store, work -> encoder.encode(work).tokens()));
            FrozenTensors pooled = tensors(
                    "pooled vectors of images",
                    cache.resolve(encoderKey + ".pooled"),
                    store,
                    shape.pooledWidth(),
                    images ->
                            evaluate(images, store, work -> encoder.encode(work).pooled()));
            boolean latent = config.denoiser().space() == RunConfig.Space.LATENT;
            FrozenTensors samples = tensors(
                    latent ? "latents of images" : "pixels of images",
                    cache.resolve((latent
                                    ? autoencoderKey
                                    : "pixels-" + store.digest().substring(0, 16)) + ".samples"),
                    store,
                    shape.channels() * shape.side() * shape.side(),
                    images -> evaluate(
                            images,
                            store,
                            work -> latent ? standardisation.standardise(autoencoder.encode(work)) : work));
            return new DenoiserLearner.Known(tokens, pooled, samples);
        }

        private FrozenTensors tensors(
                String work, Path file, PackedPages store, int width, FrozenTensors.Network network)
                throws IOException {
            listener.started(work, store.images(), "images");
            FrozenTensors found =
                    FrozenTensors.of(file, store.images(), width, network, done -> listener.progressed(done, ""));
            listener.ended(work);
            return found;
        }

        private float[] evaluate(int[] images, PackedPages store, UnaryOperator<NDArray> network) {
            try (NDManager work = manager.newSubManager()) {
                return network.apply(Pixels.of(store, images, work)).toFloatArray();
            }
        }

        NDArray draw(NDArray samples) {
            return config.denoiser().space() == RunConfig.Space.LATENT
                    ? autoencoder.decode(standardisation.restore(samples))
                    : samples;
        }
    }
}
