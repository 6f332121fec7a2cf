package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.objective.Learner;
import dev.semantica.training.optimise.LearningRate;
import dev.semantica.training.optimise.Optimiser;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest {

    private static final int STEPS = 24;

    @TempDir
    private Path folder;

    @Test
    void interruptedAndTakenUpAgainItEndsTheSame() throws Exception {
        float[] whole = run(folder.resolve("whole"), () -> false, -1, StageEnd.DONE);

        int[] asked = {0};
        run(folder.resolve("parts"), () -> ++asked[0] == 7, -1, StageEnd.STOPPED);
        asked[0] = 0;
        run(folder.resolve("parts"), () -> ++asked[0] == 5, -1, StageEnd.STOPPED);
        float[] parts = run(folder.resolve("parts"), () -> false, -1, StageEnd.DONE);

        assertThat(parts).hasSameSizeAs(whole);
        for (int i = 0; i < whole.length; i++) {
            assertThat(parts[i]).isCloseTo(whole[i], within(1e-5f));
        }
    }

    @Test
    void stopsAtTheFirstNumberThatIsNone() throws Exception {
        assertThatThrownBy(() -> run(folder, () -> false, 9, StageEnd.DONE))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("Step 10 of stage line")
                .hasMessageContaining("NaN")
                .hasMessageContaining("not the gradients of map.bias, map.weight (2 of 2)")
                .hasMessageContaining("newest checkpoint");
        float[] mended = run(folder, () -> false, -1, StageEnd.DONE);
        float[] whole = run(folder.resolve("whole"), () -> false, -1, StageEnd.DONE);
        assertThat(mended).containsExactly(whole, within(1e-5f));
    }

    @Test
    void aDiskThatIsFullEndsTheRunAndLosesNothingBeforeThat() throws Exception {
        float[] whole = run(folder.resolve("whole"), () -> false, -1, StageEnd.DONE);
        // Four arrays of a weight and one of its bias's four, in a checkpoint of about 5 KB, and two are kept.
        try (FileSystem disk = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setMaxSize(10_000)
                .setBlockSize(512)
                .build())) {
            Path small = disk.getPath("/run");
            assertThatThrownBy(() -> run(small, () -> false, -1, StageEnd.DONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the one before it is whole");
            Path larger = Files.createDirectories(folder.resolve("larger"));
            try (Stream<Path> files = Files.list(small)) {
                for (Path file : files.toList()) {
                    Files.copy(file, larger.resolve(file.getFileName().toString()));
                }
            }
            assertThat(larger.resolve("step-000000004.checkpoint")).exists();
            float[] resumed = run(larger, () -> false, -1, StageEnd.DONE);
            assertThat(resumed).containsExactly(whole, within(1e-5f));
        }
    }

    @Test
    void aHalfLineOfARunThatWasKilledIsDropped() throws Exception {
        int[] asked = {0};
        run(folder, () -> ++asked[0] == 21, -1, StageEnd.STOPPED);
        Path record = folder.resolve("progress.jsonl");
        List<String> before = Files.readAllLines(record);
        Files.writeString(record, "{\"step\":22,\"lo", StandardOpenOption.APPEND);

        run(folder, () -> false, -1, StageEnd.DONE);

        assertThat(Files.readAllLines(record))
                .startsWith(before.toArray(String[]::new))
                .allMatch(line -> line.endsWith("}"));
    }

    /** The averages at the end. */
    private static float[] run(Path folder, BooleanSupplier stop, int broken, StageEnd expected) throws Exception {
        TrainingLoop.Plan plan = new TrainingLoop.Plan(
                STEPS, new LearningRate(0.02, 3, 0.5, STEPS), Optimiser.Settings.defaults(), 0.9, 10, 4);
        try (NDManager manager = NDManager.newBaseManager()) {
            Line line = new Line(manager, broken);
            StageEnd end = new TrainingLoop(
                            "line",
                            folder,
                            new StageKey("line-1", new TreeMap<>()),
                            plan,
                            stop,
                            new SilentListener(),
                            () -> Instant.EPOCH)
                    .run(line, manager);
            assertThat(end).isEqualTo(expected);
            return line.weights().get("map.weight").toFloatArray();
        }
    }

    /** Fits a linear map, whose weight Muon moves and whose bias AdamW does. */
    private static final class Line implements Learner {

        private static final int WIDTH = 16;
        private final SortedMap<String, NDArray> weights = new TreeMap<>();
        private final int broken;

        Line(NDManager manager, int broken) {
            this.broken = broken;
            weights.put("map.weight", normal(manager, 5, WIDTH, WIDTH));
            weights.put("map.bias", normal(manager, 6, WIDTH));
            weights.values().forEach(weight -> weight.setRequiresGradient(true));
        }

        private static NDArray normal(NDManager manager, long seed, long... shape) {
            Random random = new Random(new SplittableRandom(seed).nextLong());
            Shape of = new Shape(shape);
            float[] values = new float[(int) of.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return manager.create(values, of);
        }

        @Override
        public SortedMap<String, NDArray> weights() {
            return weights;
        }

        @Override
        public int samples() {
            return 8;
        }

        @Override
        public NDArray loss(NDManager manager, long step) {
            NDArray x = normal(manager, 100 + step, 8, WIDTH);
            NDArray made = x.matMul(weights.get("map.weight")).add(weights.get("map.bias"));
            NDArray loss = made.sub(x.mul(2f)).square().mean();
            return step == broken ? loss.mul(Float.NaN) : loss;
        }

        @Override
        public Map<String, Double> validate(NDManager manager, Map<String, NDArray> averages) {
            return Map.of("loss", 0.0);
        }

        @Override
        public Optional<RgbImage> sheet(NDManager manager) {
            return Optional.empty();
        }
    }
}
