package dev.semantica.training.run;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.training.export.BundleStart;
import dev.semantica.training.export.EncoderSession;
import dev.semantica.training.export.ForeignEncoder;
import dev.semantica.training.network.AlignmentHead;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.Standardisation;
import dev.semantica.training.objective.AutoencoderLearner;
import dev.semantica.training.objective.DenoiserLearner;
import dev.semantica.training.objective.Perception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.commons.codec.digest.DigestUtils;

/** The stages of a run over its packed pages, each from what the ones before it left. */
final class RunStages {

    /** There where the driver of an NVIDIA GPU is loaded. */
    private static final Path NVIDIA = Path.of("/dev/nvidia0");

    private final RunConfig config;
    private final RunPages pages;
    private final NDManager manager;
    private final int threads;
    private final StageTraining training;
    private final StageKeys keys;
    private final RunExport export;
    private final StageListener listener;
    private final StageListener preparing;
    private StageKey encoderKey;

    /**
     * Over packed pages.
     *
     * @param manager what everything is computed on
     * @param threads of the numeric library
     * @param stop asked after every step, and while frozen networks are asked
     */
    RunStages(
            RunConfig config,
            RunPages pages,
            NDManager manager,
            int threads,
            BooleanSupplier stop,
            StageListener listener,
            InstantSource clock) {
        this.config = config;
        this.pages = pages;
        this.manager = manager;
        this.threads = threads;
        this.training = new StageTraining(config, pages, manager, stop, listener, clock);
        this.keys = new StageKeys(config, pages.heldOut());
        Engine engine = Engine.getInstance();
        String device = manager.getDevice() + " with " + threads + " threads, " + engine.getEngineName() + " "
                + engine.getVersion();
        this.export = new RunExport(config, pages, device, listener, clock);
        this.listener = listener;
        this.preparing = new StoppingListener(listener, stop);
        listener.said("computes on " + device);
        if (!manager.getDevice().isGpu() && Files.exists(NVIDIA)) {
            listener.said("there is an NVIDIA GPU, which is not used; docs/gpu.md says how training finds it");
        }
    }

    /** Writes the encoder that was trained here, alone. */
    void exportEncoder(PageEncoder own) throws IOException {
        export.encoder(own, encoderKey, manager);
    }

    /**
     * The frozen encoder; empty if its training was told to stop.
     *
     * @param own the one to train; null where one is there already
     */
    Optional<FrozenEncoder> encoder(PageEncoder own) throws IOException, TrainingException {
        if (own == null) {
            EncoderSession session = foreign(
                    config.frozenEncoder().path(), config.denoiser().model().crossWidth() > 0);
            listener.said("conditioned by " + config.frozenEncoder().path() + ": " + session.tokens() + " tokens of "
                    + session.tokenWidth() + ", pooled " + session.pooledWidth());
            String key = DigestUtils.sha256Hex(pages.store().digest() + session.digest());
            return Optional.of(FrozenEncoder.of(session, "foreign-" + key.substring(0, 16)));
        }
        try (PageEncoder kept = another(config.encoder().weights().keep() > 0)) {
            encoderKey = keys.encoder(pages.store().digest(), started(own, kept));
            if (training.encoder(own, kept, encoderKey) == StageEnd.STOPPED) {
                return Optional.empty();
            }
        }
        own.weights().freeze();
        return Optional.of(FrozenEncoder.of(own, encoderKey.digest(), manager));
    }

    /**
     * Takes over the weights of the encoder that training starts from, and tells which that is; empty: from none.
     *
     * @param kept what stays as it is; null: nothing does
     */
    private String started(PageEncoder own, PageEncoder kept) throws IOException, TrainingException {
        if (!config.encoder().started()) {
            return "";
        }
        try (EncoderSession session = foreign(config.encoder().start(), true)) {
            BundleStart.load(session.encoder(), "encoder.start", own, manager);
            if (kept != null) {
                BundleStart.load(session.encoder(), "encoder.start", kept, manager);
                kept.weights().freeze();
            }
            return session.digest();
        }
    }

    private EncoderSession foreign(String path, boolean tokens) throws TrainingException {
        return open(config, path, tokens, threads);
    }

    /** @param tokens whether they are wanted, or the pooled vector alone */
    private static EncoderSession open(RunConfig config, String path, boolean tokens, int threads)
            throws TrainingException {
        try {
            return ForeignEncoder.open(
                    Path.of(path), config.data().side(), config.frozenEncoder().pooling(), tokens, threads);
        } catch (BundleException e) {
            throw new TrainingException(e.problems());
        }
    }

    /**
     * Opens the encoder that a run names, before pages are packed, which takes minutes.
     *
     * @throws TrainingException saying why it cannot be used
     */
    static void requireEncoder(RunConfig config, int threads) throws TrainingException {
        boolean frozen = config.frozenEncoder().given();
        if (frozen || config.encoder().started()) {
            String path =
                    frozen ? config.frozenEncoder().path() : config.encoder().start();
            boolean tokens = !frozen || config.denoiser().model().crossWidth() > 0;
            open(config, path, tokens, threads).close();
        }
    }

    /** Before what the frozen networks say of every image is computed, which takes minutes. */
    private void checkAlignment(ImageDenoiserConfig shape) throws TrainingException {
        if (config.denoiser().alignment() > 0) {
            try {
                var unused = AlignmentHead.grid(shape);
            } catch (IllegalArgumentException e) {
                throw new TrainingException(e.getMessage() + ". Set denoiser.alignment: 0");
            }
        }
    }

    /** What names latents; those of one that is there already stay the same, whoever draws from them. */
    private String latentsKey(FrozenEncoder frozen, GivenBundles given) {
        return given.autoencoder()
                .filter(bundle -> config.bringsAutoencoder())
                .map(bundle -> "started-"
                        + DigestUtils.sha256Hex(bundle.digest() + pages.store().digest())
                                .substring(0, 16))
                .orElseGet(() -> autoencoderKey(frozen, given).digest());
    }

    private StageKey autoencoderKey(FrozenEncoder frozen, GivenBundles given) {
        return keys.autoencoder(pages.store().digest(), given.autoencoderDigest(), perceptive() ? frozen.key() : "");
    }

    private boolean perceptive() {
        return config.autoencoder().weights().perception() > 0;
    }

    /**
     * Trains the autoencoder, or takes one that is there already, whose decoder may be trained further.
     *
     * @param autoencoder null in pixel space
     * @return how latents are standardised; empty if the training was told to stop
     */
    private Optional<Standardisation> autoencoder(Autoencoder autoencoder, FrozenEncoder frozen, GivenBundles given)
            throws IOException, TrainingException {
        if (autoencoder == null) {
            return Optional.of(Standardisation.none(3));
        }
        Standardisation known = given.autoencoder().isPresent()
                ? BundleStart.load(given.autoencoder().get(), autoencoder, manager)
                : null;
        if (config.bringsAutoencoder()) {
            boolean stopped =
                    config.autoencoder().decoderOnly() && trained(autoencoder, frozen, given, null) == StageEnd.STOPPED;
            return stopped ? Optional.empty() : Optional.of(known);
        }
        try (Autoencoder before = config.autoencoder().weights().keep() > 0
                ? new Autoencoder(config.autoencoder().model(), manager, config.seed() + 1)
                : null) {
            AutoencoderLearner.Kept kept = null;
            if (before != null) {
                BundleStart.load(given.autoencoder().get(), before, manager);
                before.weights().freeze();
                kept = new AutoencoderLearner.Kept(before, known);
            }
            if (trained(autoencoder, frozen, given, kept) == StageEnd.STOPPED) {
                return Optional.empty();
            }
        }
        return Optional.of(
                LatentStatistics.of(autoencoder, pages.store(), pages.split().training(), manager));
    }

    /**
     * Trains it; what it draws is seen by a copy of the frozen encoder where that counts.
     *
     * @param kept null where latents may become others
     */
    private StageEnd trained(
            Autoencoder autoencoder, FrozenEncoder frozen, GivenBundles given, AutoencoderLearner.Kept kept)
            throws IOException, TrainingException {
        StageKey key = autoencoderKey(frozen, given);
        try (PageEncoder copy = another(perceptive())) {
            return training.autoencoder(autoencoder, perception(copy, frozen), kept, key);
        }
    }

    /** An encoder to take weights over; null where it is not asked. */
    private PageEncoder another(boolean asked) {
        return asked ? new PageEncoder(config.encoder().model(), manager, config.seed()) : null;
    }

    /** What the frozen encoder sees, by a copy of it that gradients flow through; null without one. */
    private Perception perception(PageEncoder copy, FrozenEncoder frozen) throws IOException, TrainingException {
        if (copy == null) {
            return null;
        }
        BundleStart.load(frozen.graph(), "frozenEncoder", copy, manager);
        return new Perception(copy);
    }

    /**
     * Trains the denoiser. An encoder that it cannot look with is refused before anything is computed of every image.
     *
     * @param autoencoder null in pixel space
     */
    private StageEnd trained(
            ImageDenoiser denoiser,
            Autoencoder autoencoder,
            Standardisation standardisation,
            FrozenEncoder frozen,
            String latentsKey,
            StageKey key)
            throws IOException, TrainingException {
        DenoiserLearner.Drawer drawer =
                samples -> autoencoder == null ? samples : autoencoder.decode(standardisation.restore(samples));
        try (PageEncoder copy = another(config.denoiser().perception().asked())) {
            Perception perception = perception(copy, frozen);
            DenoiserLearner.Known known = new FrozenNetworks(
                            Path.of(config.directory()), pages.store(), frozen, preparing)
                    .known(denoiser.config(), autoencoder, standardisation, latentsKey, manager);
            return training.denoiser(denoiser, known, drawer, perception, key);
        }
    }

    /**
     * Moves what was trained back towards what it started from, as far as is asked (Wortsman et al. 2022, Robust
     * fine-tuning of zero-shot models, arXiv 2109.01903).
     */
    private void keepShare(ImageDenoiser denoiser, GivenBundles given) throws IOException, TrainingException {
        double share = config.export().startShare();
        if (share > 0) {
            try (ImageDenoiser began = new ImageDenoiser(denoiser.config(), manager, config.seed() + 2)) {
                BundleStart.load(given.denoiser().orElseThrow(), began, manager);
                denoiser.weights().moveTowards(began.weights(), share);
            }
            listener.said("of the denoiser's weights, " + share + " are those it started from");
        }
    }

    /** Autoencoder, denoiser and bundle. */
    StageEnd generative(FrozenEncoder frozen, GivenBundles given, TrainingRun.Stage last)
            throws IOException, TrainingException {
        boolean latent = config.denoiser().space() == RunConfig.Space.LATENT;
        String latentsKey = latentsKey(frozen, given);
        try (Autoencoder autoencoder =
                latent ? new Autoencoder(config.autoencoder().model(), manager, config.seed() + 1) : null) {
            Optional<Standardisation> ready = autoencoder(autoencoder, frozen, given);
            if (ready.isEmpty()) {
                return StageEnd.STOPPED;
            }
            if (last == TrainingRun.Stage.AUTOENCODER) {
                return StageEnd.DONE;
            }
            Standardisation standardisation = ready.get();
            if (latent) {
                autoencoder.weights().freeze();
            }
            ImageDenoiserConfig shape = StageNetworks.denoiser(config, frozen.shape());
            boolean untrained = !config.denoiser().training().any();
            StageKey key = untrained && config.autoencoder().decoderOnly()
                    ? autoencoderKey(frozen, given)
                    : keys.denoiser(frozen.key(), latentsKey, given.denoiserDigest());
            try (ImageDenoiser denoiser = new ImageDenoiser(shape, manager, config.seed() + 2)) {
                if (given.denoiser().isPresent()) {
                    BundleStart.load(given.denoiser().get(), denoiser, manager);
                }
                if (untrained) {
                    listener.said("the denoiser stays as it is, denoiser.training.steps being 0");
                } else {
                    checkAlignment(shape);
                    if (trained(denoiser, autoencoder, standardisation, frozen, latentsKey, key) == StageEnd.STOPPED) {
                        return StageEnd.STOPPED;
                    }
                }
                if (last == TrainingRun.Stage.EXPORT) {
                    keepShare(denoiser, given);
                    export.bundle(frozen.graph(), autoencoder, standardisation, denoiser, key, manager);
                }
            }
        }
        return StageEnd.DONE;
    }
}
