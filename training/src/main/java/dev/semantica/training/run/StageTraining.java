package dev.semantica.training.run;

import ai.djl.ndarray.NDManager;
import dev.semantica.training.data.PackedPage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.PairBatches;
import dev.semantica.training.network.AlignmentHead;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.EncoderHeads;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.objective.AutoencoderLearner;
import dev.semantica.training.objective.DenoiserLearner;
import dev.semantica.training.objective.EncoderLearner;
import dev.semantica.training.objective.FactorTargets;
import dev.semantica.training.objective.Perception;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Trains each of a run's networks: what it learns from, what it is judged by, and the loop. */
final class StageTraining {

    private static final int VALIDATION_PAIRS = 512;
    private static final String LEARN = "train on";
    private static final String JUDGE = "judge by";

    private final RunConfig config;
    private final RunPages pages;
    private final NDManager manager;
    private final BooleanSupplier stop;
    private final StageListener listener;
    private final InstantSource clock;

    /**
     * Over a run's pages.
     *
     * @param manager what everything is computed on
     * @param stop asked after every step
     */
    StageTraining(
            RunConfig config,
            RunPages pages,
            NDManager manager,
            BooleanSupplier stop,
            StageListener listener,
            InstantSource clock) {
        this.config = config;
        this.pages = pages;
        this.manager = manager;
        this.stop = stop;
        this.listener = listener;
        this.clock = clock;
    }

    /** @param kept null where tokens and pooled vectors may become others */
    StageEnd encoder(PageEncoder encoder, PageEncoder kept, StageKey key) throws IOException, TrainingException {
        RunConfig.EncoderStage stage = config.encoder();
        FactorTargets factors = FactorTargets.of(pages.split().training(), new HashSet<>(stage.colourFactors()));
        int batch = stage.training().batch();
        try (PageEncoder judgedEncoder = new PageEncoder(stage.model(), manager, 0);
                EncoderHeads heads = heads(factors, config.seed() + 3);
                EncoderHeads judgedHeads = heads(factors, 0)) {
            EncoderLearner learner = new EncoderLearner(
                    new EncoderLearner.Taught(encoder, heads),
                    new EncoderLearner.Taught(judgedEncoder, judgedHeads),
                    kept,
                    store(),
                    pairs(LEARN, pages.split().training(), null, PairBatches.Objective.PAIRS, batch),
                    pairs(JUDGE, pages.split().validation(), null, PairBatches.Objective.PAIRS, batch),
                    Math.max(1, VALIDATION_PAIRS / batch),
                    factors,
                    stage.weights(),
                    stage.colourless(),
                    stage.pictureSide(),
                    batch,
                    config.seed());
            return loop("encoder", key, stage.training()).run(learner, manager);
        }
    }

    private EncoderHeads heads(FactorTargets factors, long seed) {
        return new EncoderHeads(
                config.encoder().model(),
                factors.classes(),
                factors.quantities().size(),
                config.encoder().pictureSide(),
                manager,
                seed);
    }

    /**
     * @param perception null where it is not asked
     * @param kept null where latents may become others
     */
    StageEnd autoencoder(Autoencoder autoencoder, Perception perception, AutoencoderLearner.Kept kept, StageKey key)
            throws IOException, TrainingException {
        RunConfig.AutoencoderStage stage = config.autoencoder();
        int batch = stage.training().batch();
        try (Autoencoder judged = new Autoencoder(stage.model(), manager, 0)) {
            AutoencoderLearner learner = new AutoencoderLearner(
                    autoencoder,
                    judged,
                    store(),
                    pairs(LEARN, pages.split().training(), null, PairBatches.Objective.RECONSTRUCT, batch),
                    LatentStatistics.images(pages.split().validation()),
                    stage.weights(),
                    perception,
                    kept,
                    stage.decoderOnly(),
                    batch,
                    config.seed());
            return loop("autoencoder", key, stage.training()).run(learner, manager);
        }
    }

    /** @param perception null where it is not asked */
    StageEnd denoiser(
            ImageDenoiser denoiser,
            DenoiserLearner.Known known,
            DenoiserLearner.Drawer drawer,
            Perception perception,
            StageKey key)
            throws IOException, TrainingException {
        RunConfig.DenoiserStage stage = config.denoiser();
        int batch = stage.training().batch();
        try (ImageDenoiser judged = new ImageDenoiser(denoiser.config(), manager, 0);
                AlignmentHead alignment = stage.alignment() > 0
                        ? new AlignmentHead(denoiser.config(), manager, config.seed() + 4)
                        : null) {
            DenoiserLearner learner = new DenoiserLearner(
                    new DenoiserLearner.Taught(denoiser, alignment),
                    judged,
                    known,
                    store(),
                    pairs(LEARN, pages.split().training(), admitted(known), stage.objective(), batch),
                    pairs(JUDGE, pages.split().validation(), null, PairBatches.Objective.PAIRS, batch),
                    Math.max(1, VALIDATION_PAIRS / batch),
                    new DenoiserLearner.Teaching(
                            stage.dropout(),
                            stage.alignment(),
                            stage.shift(),
                            stage.times(),
                            stage.perception(),
                            config.export().steps(),
                            config.export().guidance(),
                            stage.space().range()),
                    drawer,
                    perception,
                    batch,
                    config.seed());
            return loop("denoiser", key, stage.training()).run(learner, manager);
        }
    }

    /** The pairs that the filter lets through, and a word on what it kept back; null: all pairs. */
    private List<int[]> admitted(DenoiserLearner.Known known) {
        List<PackedPage> training = pages.split().training();
        List<int[]> admitted = new PairFilter(known.pooled(), config.denoiser().filter()).admitted(training);
        if (admitted != null) {
            long all = training.stream()
                    .mapToLong(page -> (long) page.images() * (page.images() - 1))
                    .sum();
            long kept = admitted.stream().mapToLong(pairs -> pairs.length / 2).sum();
            long without = admitted.stream().filter(pairs -> pairs.length == 0).count();
            listener.said(
                    "the filter lets %d of %d pairs through; %d pages have none left".formatted(kept, all, without));
        }
        return admitted;
    }

    private PackedPages store() {
        return pages.store();
    }

    private PairBatches pairs(
            String what, List<PackedPage> of, List<int[]> admitted, PairBatches.Objective objective, int batch)
            throws TrainingException {
        return RunPages.pairs(what, of, admitted, objective, batch, config.seed());
    }

    private TrainingLoop loop(String stage, StageKey key, RunConfig.Training training) {
        Path folder = Path.of(config.directory()).resolve(stage);
        return new TrainingLoop(stage, folder, key, training.plan(), stop, listener, clock);
    }
}
