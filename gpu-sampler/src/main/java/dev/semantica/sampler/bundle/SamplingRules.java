package dev.semantica.sampler.bundle;

import static dev.semantica.sampler.bundle.ManifestRules.require;

import dev.semantica.diffusion.BetaSchedule;
import dev.semantica.diffusion.CosineNoiseSchedule;
import dev.semantica.diffusion.DiscreteNoiseSchedule;
import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.NoiseSchedule;
import dev.semantica.diffusion.PredictionType;
import dev.semantica.diffusion.SchedulerConfig;
import dev.semantica.diffusion.SchedulerConfig.FinalSigmas;
import dev.semantica.diffusion.SchedulerConfig.VarianceType;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.Schedulers;
import dev.semantica.diffusion.TimestepSpacing;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a manifest says about noise schedule and schedulers, and what it may say. */
public final class SamplingRules {

    private static final int MAX_STEPS = 1000;
    private static final int MAX_TRAIN_TIMESTEPS = 100_000;

    private SamplingRules() {}

    static void check(BundleManifest manifest, List<String> problems) {
        BundleManifest.Sampling sampling = manifest.sampling();
        require(
                sampling.maxSteps() >= 1 && sampling.maxSteps() <= MAX_STEPS,
                problems,
                "sampling.maxSteps",
                "1 to " + MAX_STEPS,
                sampling.maxSteps());
        require(
                sampling.guidanceScale() >= 0 && sampling.guidanceScale() <= sampling.maxGuidanceScale(),
                problems,
                "sampling.guidanceScale",
                "0 to maxGuidanceScale",
                sampling.guidanceScale());
        require(
                sampling.maxGuidanceScale() <= 1000,
                problems,
                "sampling.maxGuidanceScale",
                "at most 1000",
                sampling.maxGuidanceScale());
        require(
                Guidance.isInterval(orElse(sampling.guidanceFrom(), 0.0), orElse(sampling.guidanceTo(), 1.0)),
                problems,
                "sampling.guidanceFrom, guidanceTo",
                "noise levels from 0 to 1, the lower one first",
                sampling.guidanceFrom() + ", " + sampling.guidanceTo());
        require(
                sampling.schedulers().contains(sampling.scheduler()),
                problems,
                "sampling.scheduler",
                "one of " + sampling.schedulers(),
                sampling.scheduler());
        require(
                sampling.steps() >= 1 && sampling.steps() <= sampling.maxSteps(),
                problems,
                "sampling.steps",
                "1 to maxSteps",
                sampling.steps());
        Integer timesteps = manifest.noiseSchedule().trainTimesteps();
        require(
                timesteps == null || (timesteps >= 1 && timesteps <= MAX_TRAIN_TIMESTEPS),
                problems,
                "noiseSchedule.trainTimesteps",
                "1 to " + MAX_TRAIN_TIMESTEPS,
                timesteps);
        List<Double> betas = manifest.noiseSchedule().betas();
        require(
                betas == null || (betas.size() <= MAX_TRAIN_TIMESTEPS && timesteps == null),
                problems,
                "noiseSchedule.betas",
                "at most " + MAX_TRAIN_TIMESTEPS + " numbers, in place of trainTimesteps",
                betas == null ? null : betas.size() + " numbers, trainTimesteps " + timesteps);
        for (String name : problems.isEmpty() ? sampling.schedulers() : List.<String>of()) {
            Optional<SchedulerKind> kind = SchedulerKind.byWireName(name);
            String problem = kind.isEmpty()
                    ? "sampling.schedulers: expected ddim, ddpm, euler or dpmpp-2m, found " + name
                    : problem(manifest.noiseSchedule(), manifest.prediction(), sampling, kind.orElseThrow())
                            .orElse(null);
            // What is wrong for one scheduler is often wrong for all.
            if (problem != null && !problems.contains(problem)) {
                problems.add(problem);
            }
        }
    }

    /**
     * Tabulates a scheduler's default number of steps.
     *
     * @return why the scheduler cannot be used; empty if it can
     */
    public static Optional<String> problem(
            BundleManifest.Schedule schedule, String prediction, BundleManifest.Sampling sampling, SchedulerKind kind) {
        try {
            Schedulers.tabulate(schedule(schedule), scheduler(prediction, sampling, kind), sampling.steps());
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }

    static NoiseSchedule schedule(BundleManifest manifest) {
        return schedule(manifest.noiseSchedule());
    }

    private static NoiseSchedule schedule(BundleManifest.Schedule schedule) {
        return switch (schedule.type()) {
            case "cosine" -> new CosineNoiseSchedule(orElse(schedule.maxTime(), 0.999), orElse(schedule.shift(), 1.0));
            case "discrete" ->
                schedule.betas() != null
                        ? DiscreteNoiseSchedule.ofBetas(
                                floats(schedule.betas()), orElse(schedule.zeroTerminalSnr(), false))
                        : DiscreteNoiseSchedule.of(
                                Stream.of(BetaSchedule.values())
                                        .filter(value -> value.wireName().equals(schedule.betaSchedule()))
                                        .findFirst()
                                        .orElseThrow(() -> new IllegalArgumentException(
                                                "noiseSchedule.betaSchedule: expected one of linear, scaled_linear,"
                                                        + " squaredcos_cap_v2, found " + schedule.betaSchedule())),
                                orElse(schedule.trainTimesteps(), 1000),
                                orElse(schedule.betaStart(), 0.0001),
                                orElse(schedule.betaEnd(), 0.02),
                                orElse(schedule.zeroTerminalSnr(), false));
            default ->
                throw new IllegalArgumentException(
                        "noiseSchedule.type: expected cosine or discrete, found " + schedule.type());
        };
    }

    static SchedulerConfig scheduler(BundleManifest manifest, SchedulerKind kind) {
        return scheduler(manifest.prediction(), manifest.sampling(), kind);
    }

    private static SchedulerConfig scheduler(String prediction, BundleManifest.Sampling sampling, SchedulerKind kind) {
        SchedulerConfig config = SchedulerConfig.defaults(kind)
                .withPredictionType(oneOf(PredictionType.values(), "prediction", prediction))
                .withClipping(sampling.clipSampleRange())
                .withSetAlphaToOne(orElse(sampling.setAlphaToOne(), true));
        TimestepSpacing spacing = sampling.timestepSpacing() == null
                ? config.spacing()
                : oneOf(TimestepSpacing.values(), "sampling.timestepSpacing", sampling.timestepSpacing());
        return config.withSpacing(spacing, orElse(sampling.stepsOffset(), 0))
                .withNoise(
                        orElse(sampling.eta(), 0.0),
                        sampling.varianceType() == null
                                ? config.varianceType()
                                : oneOf(VarianceType.values(), "sampling.varianceType", sampling.varianceType()),
                        sampling.finalSigmas() == null
                                ? config.finalSigmas()
                                : oneOf(FinalSigmas.values(), "sampling.finalSigmas", sampling.finalSigmas()));
    }

    private static float[] floats(List<Double> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return floats;
    }

    private static <T extends Enum<T>> T oneOf(T[] values, String where, String found) {
        return Stream.of(values)
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(found))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(where + ": expected one of "
                        + Stream.of(values)
                                .map(value -> value.name().toLowerCase(Locale.ROOT))
                                .toList()
                        + ", found " + found));
    }

    private static <T> T orElse(T value, T fallback) {
        return value == null ? fallback : value;
    }
}
