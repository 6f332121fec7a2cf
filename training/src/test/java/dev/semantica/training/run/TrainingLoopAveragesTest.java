package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.objective.Learner;
import dev.semantica.training.optimise.LearningRate;
import dev.semantica.training.optimise.Optimiser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which weights a loop judges, keeps and leaves behind. */
class TrainingLoopAveragesTest {

    private static final int STEPS = 26;
    private static final double DECAY = 0.6;
    private static final int WIDTH = 5;

    @TempDir
    private Path folder;

    @Test
    void averagesAreJudgedAndAreWhatIsLeftInTheEnd() throws Exception {
        try (NDManager manager = NDManager.newBaseManager()) {
            Watched learner = new Watched(manager);

            assertThat(loop().run(learner, manager)).isEqualTo(StageEnd.DONE);

            assertThat(learner.judgedAfter).containsExactly(10, 20, STEPS);
            for (int k = 0; k < 3; k++) {
                double[] expected = average(learner.raw.subList(0, learner.judgedAfter.get(k) + 1));
                float[] judged = learner.judged.get(k);
                float[] raw = learner.raw.get(learner.judgedAfter.get(k));
                double apart = 0;
                for (int i = 0; i < WIDTH; i++) {
                    assertThat((double) judged[i]).isCloseTo(expected[i], within(1e-5));
                    apart = Math.max(apart, Math.abs(judged[i] - raw[i]));
                }
                assertThat(apart).as("averages and weights differ").isGreaterThan(1e-3);
            }
            NDArray left = learner.weights().get("w");
            assertThat(left.toFloatArray()).isEqualTo(learner.judged.get(2));
            assertThat(left.hasGradient()).isTrue();
        }
    }

    /** One that nothing asks for: loss and gradient stay finite. */
    @Test
    void aWeightThatIsNoNumberIsNotSaved() throws Exception {
        try (NDManager manager = NDManager.newBaseManager()) {
            Watched learner = new Watched(manager);
            NDArray unused = manager.create(new float[] {1, Float.NaN});
            unused.setRequiresGradient(true);
            learner.weights.put("unused", unused);

            assertThatThrownBy(() -> loop().run(learner, manager))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("Step 4 of stage line made weights that are no numbers")
                    .hasMessageContaining("not finite are the weights unused (1 of 2)");
        }
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".checkpoint"));
        }
    }

    private TrainingLoop loop() {
        TrainingLoop.Plan plan = new TrainingLoop.Plan(
                STEPS, new LearningRate(0.05, 0, 1, STEPS), Optimiser.Settings.defaults(), DECAY, 10, 4);
        return new TrainingLoop(
                "line",
                folder,
                new StageKey("line-1", new TreeMap<>()),
                plan,
                () -> false,
                new SilentListener(),
                () -> Instant.EPOCH);
    }

    /** Of the weights before the first step and after each. */
    private static double[] average(List<float[]> weights) {
        double[] average = new double[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            average[i] = weights.get(0)[i];
            for (int n = 0; n + 1 < weights.size(); n++) {
                double kept = Math.min(DECAY, (1 + n) / (10.0 + n));
                average[i] = kept * average[i] + (1 - kept) * weights.get(n + 1)[i];
            }
        }
        return average;
    }

    /** Pulls its weights this way and that, and looks at what the loop does with them. */
    private static final class Watched implements Learner {

        private final SortedMap<String, NDArray> weights = new TreeMap<>();
        private final List<float[]> raw = new ArrayList<>();
        private final List<float[]> judged = new ArrayList<>();
        private final List<Integer> judgedAfter = new ArrayList<>();

        Watched(NDManager manager) {
            NDArray weight = manager.create(new float[] {1, -1, 0.5f, 2, 0});
            weight.setRequiresGradient(true);
            weights.put("w", weight);
        }

        @Override
        public SortedMap<String, NDArray> weights() {
            return weights;
        }

        @Override
        public int samples() {
            return 1;
        }

        @Override
        public NDArray loss(NDManager manager, long step) {
            note((int) step);
            Random random = new Random(1000 + step);
            float[] pull = new float[WIDTH];
            for (int i = 0; i < WIDTH; i++) {
                pull[i] = (float) (1 + random.nextGaussian());
            }
            NDArray loss = weights.get("w").mul(manager.create(pull)).sum();
            NDArray unused = weights.get("unused");
            return unused == null ? loss : loss.add(unused.get("0:1").sum());
        }

        /** The weights after so many steps. */
        private void note(int steps) {
            if (raw.size() == steps) {
                raw.add(weights.get("w").toFloatArray());
            }
        }

        @Override
        public Map<String, Double> validate(NDManager manager, Map<String, NDArray> averages) {
            int steps = judgedAfter.size() == 2 ? STEPS : 10 * (judgedAfter.size() + 1);
            note(steps);
            judgedAfter.add(raw.size() - 1);
            judged.add(averages.get("w").toFloatArray());
            return Map.of("loss", 0.0);
        }

        @Override
        public Optional<RgbImage> sheet(NDManager manager) {
            return Optional.empty();
        }
    }
}
