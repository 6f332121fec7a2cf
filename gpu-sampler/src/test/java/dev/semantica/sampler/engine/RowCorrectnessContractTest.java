package dev.semantica.sampler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.sampler.onnx.PagesLab;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.Priority;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every way of computing a tick must keep: any mix of rows gives each row what it gives alone, on the plain path, in
 * a batch of one, to a level of brightness. A further seed comes with -Dsemantica.seed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RowCorrectnessContractTest {

    private final Map<String, RgbImage> alone = new HashMap<>();
    private LoadedBundle bundle;
    private LoadedBundle reference;
    private List<RgbImage> sources;

    /** The bundle on the path to test. */
    abstract LoadedBundle open() throws Exception;

    /** Largest difference of a channel, of 255. */
    int tolerance() {
        return 1;
    }

    /** What a row alone is made by. */
    LoadedBundle openReference() throws Exception {
        return PagesLab.load(ExecutionProvider.cpu(2), OnnxBundle.TickPath.PLAIN);
    }

    @BeforeAll
    void load(@TempDir Path folder) throws Exception {
        reference = openReference();
        bundle = open();
        sources = List.of(PagesLab.example("house.png"), PagesLab.example("fish.png"));
    }

    @AfterAll
    void close() {
        bundle.close();
        reference.close();
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.of(1, 2), LongStream.of(Long.getLong("semantica.seed", 3)));
    }

    /** Series join at random ticks, some are cancelled at random ticks; the others equal what they are alone. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anyMixGivesEachRowWhatItGivesAlone(long seed) {
        Random random = new Random(seed);
        List<Plan> plans = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            plans.add(Plan.random(i, random));
        }
        Collected ends = new Collected();
        ContinuousBatch<String> batch = new ContinuousBatch<>(
                bundle, new EngineConfig(1 + random.nextInt(6), 0.25), InstantSource.system(), ends);
        int[] tick = {0};
        int joined = 0;
        while (joined < plans.size() || !batch.idle()) {
            for (int i = random.nextInt(3); i > 0 && joined < plans.size(); i--) {
                Plan plan = plans.get(joined++);
                int end = tick[0] + plan.cancelledAfter;
                batch.add(plan.series(bundle, sources, () -> tick[0] < end ? null : FailureReason.CANCELLED));
            }
            batch.tick();
            tick[0]++;
        }

        for (Plan plan : plans) {
            for (int index = plan.firstIndex; index < plan.firstIndex + plan.count; index++) {
                String row = plan.name + "/" + index;
                if (ends.failures.containsKey(row)) {
                    assertThat(ends.failures.get(row)).as(row).isEqualTo(FailureReason.CANCELLED);
                    assertThat(plan.cancelledAfter).isLessThan(Plan.NEVER);
                } else {
                    assertThat(worstDifference(ends.pictures.get(row), alone(plan, index)))
                            .as("seed %s, row %s, %s", seed, row, plan)
                            .isLessThanOrEqualTo(tolerance());
                    assertThat(ends.similarities.get(row)).isBetween(-1.0, 1.0);
                }
            }
        }
    }

    @Test
    void isIdenticalForTheSameMix() {
        Plan plan = Plan.random(0, new Random(5)).with(3, Plan.NEVER);

        assertThat(run(bundle, plan, 3)).isEqualTo(run(bundle, plan, 3));
    }

    /** A condition that stays in its place in the buffers must not be taken for another's. */
    @Test
    void placesAreNotConfusedWhenRowsLeaveAndOthersCome() {
        Collected ends = new Collected();
        ContinuousBatch<String> batch =
                new ContinuousBatch<>(bundle, new EngineConfig(2, 0.25), InstantSource.system(), ends);
        List<Plan> plans = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Plan plan = new Plan(
                    "p" + i,
                    i % 2,
                    SchedulerKind.DDIM,
                    1 + i % 3,
                    i % 2 == 0 ? Guidance.of(2) : Guidance.NONE,
                    null,
                    i,
                    0,
                    2,
                    Plan.NEVER,
                    Priority.BULK);
            plans.add(plan);
            batch.add(plan.series(bundle, sources, () -> null));
        }
        while (!batch.idle()) {
            batch.tick();
        }

        for (Plan plan : plans) {
            for (int index = 0; index < 2; index++) {
                assertThat(worstDifference(ends.pictures.get(plan.name + "/" + index), alone(plan, index)))
                        .isLessThanOrEqualTo(tolerance());
            }
        }
    }

    private RgbImage alone(Plan plan, int index) {
        return alone.computeIfAbsent(plan + "/" + index, key -> {
            Collected ends = new Collected();
            Plan one = new Plan(
                    plan.name,
                    plan.source,
                    plan.kind,
                    plan.steps,
                    plan.guidance,
                    plan.strength,
                    plan.seed,
                    index,
                    1,
                    Plan.NEVER,
                    plan.priority);
            ContinuousBatch<String> batch =
                    new ContinuousBatch<>(reference, new EngineConfig(1, 0), InstantSource.system(), ends);
            batch.add(one.series(reference, sources, () -> null));
            while (!batch.idle()) {
                batch.tick();
            }
            return ends.pictures.get(plan.name + "/" + index);
        });
    }

    private byte[][] run(LoadedBundle on, Plan plan, int maxRows) {
        Collected ends = new Collected();
        ContinuousBatch<String> batch =
                new ContinuousBatch<>(on, new EngineConfig(maxRows, 0), InstantSource.system(), ends);
        batch.add(plan.series(on, sources, () -> null));
        while (!batch.idle()) {
            batch.tick();
        }
        byte[][] rgb = new byte[plan.count][];
        for (int i = 0; i < plan.count; i++) {
            rgb[i] = ends.pictures.get(plan.name + "/" + (plan.firstIndex + i)).rgb();
        }
        return rgb;
    }

    static int worstDifference(RgbImage a, RgbImage b) {
        int worst = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            worst = Math.max(worst, Math.abs((a.rgb()[i] & 0xFF) - (b.rgb()[i] & 0xFF)));
        }
        return worst;
    }

    /** A series to be. */
    private record Plan(
            String name,
            int source,
            SchedulerKind kind,
            int steps,
            Guidance guidance,
            Double strength,
            long seed,
            int firstIndex,
            int count,
            int cancelledAfter,
            Priority priority) {

        static final int NEVER = 1_000_000;

        static Plan random(int number, Random random) {
            Guidance guidance =
                    switch (random.nextInt(4)) {
                        case 0 -> Guidance.NONE;
                        case 1 -> Guidance.of(1 + 2 * random.nextDouble());
                        case 2 -> new Guidance(2.5, 0.3, 0.9, 0);
                        default -> new Guidance(3, 0, 1, 0.7);
                    };
            return new Plan(
                    "s" + number,
                    random.nextInt(2),
                    List.of(SchedulerKind.values()).get(random.nextInt(4)),
                    1 + random.nextInt(5),
                    guidance,
                    random.nextInt(3) == 0 ? 0.2 + 0.8 * random.nextDouble() : null,
                    random.nextLong(),
                    random.nextInt(50),
                    1 + random.nextInt(2),
                    random.nextInt(4) == 0 ? random.nextInt(4) : NEVER,
                    random.nextBoolean() ? Priority.INTERACTIVE : Priority.BULK);
        }

        Plan with(int rows, int cancelled) {
            return new Plan(name, source, kind, steps, guidance, strength, seed, firstIndex, rows, cancelled, priority);
        }

        Series<String> series(LoadedBundle bundle, List<RgbImage> sources, Supplier<FailureReason> givenUp) {
            StepTable table = bundle.bundle().tabulate(kind, steps);
            return new Series<>(
                    name,
                    name,
                    priority,
                    null,
                    givenUp,
                    sources.get(source),
                    null,
                    strength == null ? table : table.withStrength(strength),
                    guidance,
                    strength != null,
                    seed,
                    firstIndex,
                    count,
                    1);
        }
    }
}
