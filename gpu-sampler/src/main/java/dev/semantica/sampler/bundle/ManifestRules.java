package dev.semantica.sampler.bundle;

import dev.semantica.diffusion.BetaSchedule;
import dev.semantica.diffusion.CosineNoiseSchedule;
import dev.semantica.diffusion.DiscreteNoiseSchedule;
import dev.semantica.diffusion.NoiseSchedule;
import dev.semantica.diffusion.PredictionType;
import dev.semantica.diffusion.SchedulerConfig;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.Schedulers;
import dev.semantica.diffusion.TimestepSpacing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a manifest may say, and what it means. */
final class ManifestRules {

    static final String ENCODER = "encoder";
    static final String DENOISER = "denoiser";
    static final String DECODER = "decoder";
    static final String LATENT_ENCODER = "latentEncoder";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final int MAX_SIDE = 4096;
    private static final int MAX_VALUES = 1 << 26;
    private static final int MAX_STEPS = 1000;
    private static final int MAX_TRAIN_TIMESTEPS = 100_000;
    /** What the roles of the graphs' ends are called; a condition tensor of that name could not be told from them. */
    private static final Set<String> RESERVED = Set.of("pixels", "sample", "timestep", "prediction");

    private ManifestRules() {}

    static List<String> check(BundleManifest manifest) {
        List<String> problems = new ArrayList<>();
        require(manifest.formatVersion() == 1, problems, "formatVersion", "1", manifest.formatVersion());
        require(
                manifest.name() != null && NAME.matcher(manifest.name()).matches(),
                problems,
                "name",
                "1 to 100 letters, digits, '.', '_', '-'",
                manifest.name());
        checkImage(manifest.image(), problems);
        boolean latent = "latent".equals(manifest.sample().space());
        require(
                latent || "pixel".equals(manifest.sample().space()),
                problems,
                "sample.space",
                "pixel or latent",
                manifest.sample().space());
        checkShape("sample.shape", manifest.sample().shape(), 3, problems);
        if (!latent) {
            List<Integer> pixels =
                    List.of(3, manifest.image().height(), manifest.image().width());
            require(
                    pixels.equals(manifest.sample().shape()),
                    problems,
                    "sample.shape",
                    pixels + ", the image's",
                    manifest.sample().shape());
        }
        checkCondition(manifest, problems);
        checkGraphs(manifest, latent, problems);
        if (problems.isEmpty()) {
            checkSampling(manifest, problems);
        }
        return problems;
    }

    static NoiseSchedule schedule(BundleManifest manifest) {
        BundleManifest.Schedule schedule = manifest.noiseSchedule();
        return switch (schedule.type()) {
            case "cosine" -> new CosineNoiseSchedule(orElse(schedule.maxTime(), 0.999), orElse(schedule.shift(), 1.0));
            case "discrete" ->
                DiscreteNoiseSchedule.of(
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
        BundleManifest.Sampling sampling = manifest.sampling();
        SchedulerConfig config = SchedulerConfig.defaults(kind)
                .withPredictionType(prediction(manifest))
                .withClipping(sampling.clipSampleRange())
                .withSetAlphaToOne(orElse(sampling.setAlphaToOne(), true));
        TimestepSpacing spacing = sampling.timestepSpacing() == null
                ? config.spacing()
                : oneOf(TimestepSpacing.values(), "sampling.timestepSpacing", sampling.timestepSpacing());
        return config.withSpacing(spacing, orElse(sampling.stepsOffset(), 0))
                .withNoise(orElse(sampling.eta(), 0.0), config.varianceType(), config.finalSigmas());
    }

    private static PredictionType prediction(BundleManifest manifest) {
        return oneOf(PredictionType.values(), "prediction", manifest.prediction());
    }

    private static void checkImage(BundleManifest.Image image, List<String> problems) {
        require(
                image.width() >= 1 && image.width() <= MAX_SIDE && image.height() >= 1 && image.height() <= MAX_SIDE,
                problems,
                "image",
                "width and height from 1 to " + MAX_SIDE,
                image.width() + "x" + image.height());
        require(finite(image.mean()), problems, "image.mean", "3 finite numbers", image.mean());
        require(
                finite(image.std()) && image.std().stream().allMatch(value -> value > 0),
                problems,
                "image.std",
                "3 positive numbers",
                image.std());
    }

    private static void checkCondition(BundleManifest manifest, List<String> problems) {
        require(!manifest.condition().isEmpty(), problems, "condition", "at least one tensor", "none");
        require(
                conditionNames(manifest).size() == manifest.condition().size()
                        && Collections.disjoint(conditionNames(manifest), RESERVED),
                problems,
                "condition",
                "names that differ from each other and from " + RESERVED,
                manifest.condition().stream().map(BundleManifest.Tensor::name).toList());
        for (BundleManifest.Tensor tensor : manifest.condition()) {
            checkShape("condition " + tensor.name(), tensor.shape(), 0, problems);
        }
        require(
                manifest.similarity() == null || conditionNames(manifest).contains(manifest.similarity()),
                problems,
                "similarity",
                "one of " + conditionNames(manifest),
                manifest.similarity());
    }

    private static void checkGraphs(BundleManifest manifest, boolean latent, List<String> problems) {
        Set<String> condition = conditionNames(manifest);
        Set<String> wanted = latent ? Set.of(ENCODER, DENOISER, DECODER) : Set.of(ENCODER, DENOISER);
        Set<String> roles = manifest.graphs().keySet();
        require(roles.containsAll(wanted), problems, "graphs", "all of " + wanted, roles);
        manifest.graphs().forEach((role, graph) -> {
            Set<String> inputs = Set.of("pixels");
            Set<String> outputs = condition;
            switch (role) {
                case ENCODER -> {}
                case DENOISER -> {
                    inputs = Stream.concat(condition.stream(), Stream.of("sample", "timestep"))
                            .collect(Collectors.toSet());
                    outputs = Set.of("prediction");
                }
                case DECODER -> {
                    inputs = Set.of("sample");
                    outputs = Set.of("pixels");
                }
                case LATENT_ENCODER -> outputs = Set.of("sample");
                default ->
                    problems.add("graphs: expected only encoder, denoiser, decoder, latentEncoder, found " + role);
            }
            checkRoles("graphs." + role + ".inputs", inputs, graph.inputs(), problems);
            checkRoles("graphs." + role + ".outputs", outputs, graph.outputs(), problems);
            checkDigest("graphs." + role + ".sha256", graph.sha256(), problems);
        });
        checkDigest("unconditional.sha256", manifest.unconditional().sha256(), problems);
    }

    private static void checkRoles(String where, Set<String> wanted, Map<String, String> found, List<String> problems) {
        require(wanted.equals(found.keySet()), problems, where, "exactly the keys " + wanted, found.keySet());
    }

    private static void checkDigest(String where, String digest, List<String> problems) {
        require(
                digest != null && DIGEST.matcher(digest).matches(),
                problems,
                where,
                "64 lower-case hexadecimal digits",
                digest);
    }

    private static void checkShape(String where, List<Integer> shape, int rank, List<String> problems) {
        boolean plausible = !shape.isEmpty()
                && (rank == 0 || shape.size() == rank)
                && shape.stream().allMatch(side -> side != null && side >= 1 && side <= MAX_VALUES)
                && shape.stream().mapToDouble(side -> side).reduce(1, (a, b) -> a * b) <= MAX_VALUES;
        require(plausible, problems, where, "positive sides, at most " + MAX_VALUES + " values in all", shape);
    }

    private static void checkSampling(BundleManifest manifest, List<String> problems) {
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
        for (String name : problems.isEmpty() ? sampling.schedulers() : List.<String>of()) {
            try {
                SchedulerKind kind = SchedulerKind.byWireName(name)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "sampling.schedulers: expected ddim, ddpm," + " euler or dpmpp-2m, found " + name));
                Schedulers.tabulate(schedule(manifest), scheduler(manifest, kind), sampling.steps());
            } catch (IllegalArgumentException e) {
                // What is wrong for one scheduler is often wrong for all.
                if (!problems.contains(e.getMessage())) {
                    problems.add(e.getMessage());
                }
            }
        }
    }

    private static Set<String> conditionNames(BundleManifest manifest) {
        return manifest.condition().stream().map(BundleManifest.Tensor::name).collect(Collectors.toSet());
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

    private static boolean finite(List<Double> values) {
        return values.size() == 3 && values.stream().allMatch(value -> value != null && Double.isFinite(value));
    }

    private static <T> T orElse(T value, T fallback) {
        return value == null ? fallback : value;
    }

    private static void require(boolean holds, List<String> problems, String where, String expected, Object found) {
        if (!holds) {
            problems.add(where + ": expected " + expected + ", found " + found);
        }
    }
}
