package dev.semantica.training.run;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.objective.Learner;
import dev.semantica.training.optimise.Ema;
import dev.semantica.training.optimise.LearningRate;
import dev.semantica.training.optimise.Optimiser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Trains one network: steps, averages, judgements, checkpoints. Interrupted and taken up again, it ends the same. */
final class TrainingLoop {

    /**
     * How long and how often.
     *
     * @param steps of the stage
     * @param rate the learning rate over them
     * @param optimiser how steps are taken
     * @param emaDecay of the averages
     * @param judgeEvery steps between judgements
     * @param saveEvery steps between checkpoints
     */
    record Plan(
            long steps,
            LearningRate rate,
            Optimiser.Settings optimiser,
            double emaDecay,
            long judgeEvery,
            long saveEvery) {}

    private static final double SMOOTHING = 0.98;

    private final String stage;
    private final Path folder;
    private final Plan plan;
    private final Checkpoint checkpoint;
    private final BooleanSupplier stop;
    private final StageListener listener;
    private final InstantSource clock;

    /**
     * A stage.
     *
     * @param folder where its checkpoints and records lie
     * @param key all that must be the same to go on
     * @param stop asked after every step
     */
    TrainingLoop(
            String stage,
            Path folder,
            StageKey key,
            Plan plan,
            BooleanSupplier stop,
            StageListener listener,
            InstantSource clock) {
        this.stage = stage;
        this.folder = folder;
        this.plan = plan;
        this.checkpoint = new Checkpoint(folder, key);
        this.stop = stop;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Trains until the end, or until it is told to stop. Afterwards the learner's weights are the averages where it ended.
     *
     * @throws TrainingException if the numbers cease to be finite, or a checkpoint is of another configuration
     */
    StageEnd run(Learner learner, NDManager manager) throws IOException, TrainingException {
        try (Optimiser optimiser = new Optimiser(plan.optimiser(), learner.weights(), manager);
                Ema ema = new Ema(plan.emaDecay(), learner.weights(), manager)) {
            SortedMap<String, SortedMap<String, NDArray>> groups = new TreeMap<>();
            groups.put("averages", ema.averages());
            groups.put("optimiser", optimiser.state());
            groups.put("weights", learner.weights());
            long step = checkpoint.load(groups, manager).orElse(0L);
            optimiser.resume(step);
            TrainingRecord record = new TrainingRecord(folder, step, clock);
            listener.started(stage, plan.steps(), "steps");
            listener.progressed(step, "");
            double smooth = Double.NaN;
            while (step < plan.steps()) {
                double rate = plan.rate().at(step);
                double loss;
                double norm;
                try (NDManager work = manager.newSubManager()) {
                    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                        NDArray value = learner.loss(work, step);
                        collector.backward(value);
                        loss = value.getFloat();
                    }
                    norm = Double.isFinite(loss) ? optimiser.step(rate) : Double.NaN;
                }
                if (!Double.isFinite(norm)) {
                    throw notFinite(learner, step, "gave a loss of " + loss + " and a gradient of norm " + norm);
                }
                ema.update(step);
                step++;
                smooth = Double.isNaN(smooth) ? loss : SMOOTHING * smooth + (1 - SMOOTHING) * loss;
                record.step(step, loss, norm, rate);
                listener.progressed(
                        step, "loss %.4f  rate %.2g  %d samples a step".formatted(smooth, rate, learner.samples()));
                boolean last = step == plan.steps();
                boolean stopping = stop.getAsBoolean();
                if (last || step % plan.judgeEvery() == 0) {
                    judge(learner, ema, manager, step, record);
                }
                if (last || stopping || step % plan.saveEvery() == 0) {
                    if (!NotFinite.among(learner.weights()).isEmpty()) {
                        throw notFinite(learner, step - 1, "made weights that are no numbers");
                    }
                    checkpoint.save(new Checkpoint.Memory(step, groups));
                    show("progress.jsonl and loss.png", record::flush);
                }
                if (stopping && !last) {
                    listener.ended(stage);
                    return StageEnd.STOPPED;
                }
            }
            learner.weights().forEach((name, weight) -> {
                weight.setRequiresGradient(false);
                ema.averages().get(name).copyTo(weight);
                weight.setRequiresGradient(true);
            });
            listener.ended(stage);
            return StageEnd.DONE;
        }
    }

    /** What went wrong, and with which arrays; what is saved is from before. */
    private TrainingException notFinite(Learner learner, long step, String what) {
        listener.ended(stage);
        return new TrainingException("Step " + (step + 1) + " of stage " + stage + " " + what + ": "
                + NotFinite.describe(learner.weights()) + ". The newest checkpoint in " + folder
                + " is from before that. Lower the stage's rate, or its clip, and start again");
    }

    /** Something to look at. */
    @FunctionalInterface
    private interface Shown {
        void write() throws IOException;
    }

    /** What is only to be looked at never ends a run. */
    private void show(String what, Shown shown) {
        try {
            shown.write();
        } catch (IOException e) {
            listener.said(what + " of stage " + stage + " could not be written: " + e.getMessage());
        }
    }

    private void judge(Learner learner, Ema ema, NDManager manager, long step, TrainingRecord record) {
        Map<String, Double> figures = learner.validate(manager, ema.averages());
        record.judged(step, figures);
        listener.judged(stage, step, figures);
        Optional<RgbImage> sheet = learner.sheet(manager);
        if (sheet.isPresent()) {
            show("the sheet of step " + step, () -> {
                Path file = folder.resolve("sheets").resolve("step-%09d.png".formatted(step));
                Files.createDirectories(file.getParent());
                Files.write(file, ImageEncoder.PNG.encode(sheet.get(), Map.of()));
            });
        }
    }
}
