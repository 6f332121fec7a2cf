package dev.semantica.training.run;

import ai.djl.ndarray.NDManager;
import dev.semantica.training.network.PageEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A run from pages to a bundle: pack the pages, train the encoder and freeze it, or take one that is there; train the
 * autoencoder, compute once what both say of every image, train the denoiser, export. Every stage goes on where it
 * stopped; one that is done is passed over in moments.
 */
public final class TrainingRun {

    private final RunConfig config;
    private final Path directory;
    private final BooleanSupplier stop;
    private final StageListener listener;
    private final StageListener preparing;
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
        /** And write the bundle, or the encoder where that is all that the run makes. */
        EXPORT
    }

    /**
     * A run.
     *
     * @param stop asked after every step, and while pages are prepared; true ends the run with a checkpoint
     */
    public TrainingRun(RunConfig config, BooleanSupplier stop, StageListener listener, InstantSource clock) {
        this.config = config;
        this.directory = Path.of(config.directory());
        this.stop = stop;
        this.listener = listener;
        this.preparing = new StoppingListener(listener, stop);
        this.clock = clock;
    }

    /**
     * Runs up to a stage.
     *
     * @throws TrainingException saying what keeps it from going on, another run in the same directory among it
     */
    public StageEnd run(Stage last) throws IOException, TrainingException {
        int threads = threads();
        Path export = Path.of(config.export().directory());
        if (last == Stage.EXPORT && Files.exists(export)) {
            throw new TrainingException(export + " exists already, and what is trained would be written there; name"
                    + " another export.directory, or remove it");
        }
        return alone(() -> stages(last, threads), StageEnd.STOPPED);
    }

    /** Something done in the run's directory. */
    @FunctionalInterface
    private interface Doing<T> {
        T done() throws IOException, TrainingException;
    }

    /** Does something while no other run is at work in the directory. */
    private <T> T alone(Doing<T> doing, T stopped) throws IOException, TrainingException {
        RunLock lock = RunLock.take(directory);
        try (lock) {
            return doing.done();
        } catch (StoppingListener.GivenUp e) {
            listener.said(e.getMessage());
            return stopped;
        }
    }

    private StageEnd stages(Stage last, int threads) throws IOException, TrainingException {
        GivenBundles given = GivenBundles.of(config);
        RunStages.requireEncoder(config, threads);
        RunPages pages = RunPages.of(config, preparing);
        if (last == Stage.PAGES) {
            return StageEnd.DONE;
        }
        try (NDManager manager = NDManager.newBaseManager();
                PageEncoder own = own(manager)) {
            RunStages stages = stages(pages, manager, threads);
            Optional<FrozenEncoder> encoder = stages.encoder(own);
            if (encoder.isEmpty()) {
                return StageEnd.STOPPED;
            }
            try (FrozenEncoder frozen = encoder.get()) {
                if (config.export().content() == RunConfig.Content.ENCODER) {
                    if (last == Stage.EXPORT) {
                        stages.exportEncoder(own);
                    }
                    return StageEnd.DONE;
                }
                return last == Stage.ENCODER ? StageEnd.DONE : stages.generative(frozen, given, last);
            }
        }
    }

    /** The encoder to train; null where one is there already. */
    private PageEncoder own(NDManager manager) {
        return config.frozenEncoder().given()
                ? null
                : new PageEncoder(config.encoder().model(), manager, config.seed());
    }

    private RunStages stages(RunPages pages, NDManager manager, int threads) {
        return new RunStages(config, pages, manager, threads, stop, listener, clock);
    }

    /**
     * Measures the similarity of the images of a page; the encoder is trained before, where it is not yet.
     *
     * @return empty if it was told to stop
     * @throws TrainingException saying what keeps it from going on
     */
    public Optional<PairReport> survey() throws IOException, TrainingException {
        return alone(() -> surveyed(threads()), Optional.empty());
    }

    private Optional<PairReport> surveyed(int threads) throws IOException, TrainingException {
        RunStages.requireEncoder(config, threads);
        RunPages pages = RunPages.of(config, preparing);
        try (NDManager manager = NDManager.newBaseManager();
                PageEncoder own = own(manager)) {
            Optional<FrozenEncoder> encoder = stages(pages, manager, threads).encoder(own);
            if (encoder.isEmpty()) {
                return Optional.empty();
            }
            try (FrozenEncoder frozen = encoder.get()) {
                return Optional.of(new PairSurvey(directory, pages.store(), frozen, config.seed(), preparing)
                        .report(pages.split().training()));
            }
        }
    }

    private int threads() {
        int threads = config.threads() == 0 ? Runtime.getRuntime().availableProcessors() : config.threads();
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        return threads;
    }
}
