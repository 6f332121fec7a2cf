package dev.semantica.sampler.diffusers;

import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.TimestepSpacing;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.bundle.SamplingRules;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads scheduler/scheduler_config.json. What the model was trained with (β, prediction type) is taken over or refused;
 * how it is sampled is taken over, or the nearest that there is, with a note.
 *
 * @param exported the class that the export names
 * @param schedule the noise schedule
 * @param prediction what the denoiser predicts
 * @param kind the scheduler
 * @param spacing which timesteps are visited
 * @param stepsOffset added to leading timesteps
 * @param setAlphaToOne target of ddim's last step
 * @param clipSampleRange where the predicted sample is clipped; null: nowhere
 * @param finalSigmas where euler and dpmpp-2m end
 * @param varianceType variance of ddpm
 */
record SchedulerMapping(
        String exported,
        BundleManifest.Schedule schedule,
        String prediction,
        SchedulerKind kind,
        String spacing,
        int stepsOffset,
        boolean setAlphaToOne,
        Double clipSampleRange,
        String finalSigmas,
        String varianceType) {

    private static final int TRAIN_TIMESTEPS = 1000;
    private static final int MAX_STEPS = 250;

    /** Classes that sample as the kind does. */
    private static final Map<String, SchedulerKind> SAME = Map.of(
            "DDIMScheduler", SchedulerKind.DDIM,
            "DDIMParallelScheduler", SchedulerKind.DDIM,
            "DDPMScheduler", SchedulerKind.DDPM,
            "DDPMParallelScheduler", SchedulerKind.DDPM,
            "UnCLIPScheduler", SchedulerKind.DDPM,
            "EulerDiscreteScheduler", SchedulerKind.EULER,
            "DPMSolverMultistepScheduler", SchedulerKind.DPM_SOLVER_PP_2M);

    /** Classes for the same models that sample in another way, and the nearest kind. */
    private static final Map<String, SchedulerKind> NEAREST = Map.of(
            "PNDMScheduler", SchedulerKind.DDIM,
            "EulerAncestralDiscreteScheduler", SchedulerKind.EULER,
            "LMSDiscreteScheduler", SchedulerKind.EULER,
            "HeunDiscreteScheduler", SchedulerKind.EULER,
            "DPMSolverSinglestepScheduler", SchedulerKind.DPM_SOLVER_PP_2M,
            "DEISMultistepScheduler", SchedulerKind.DPM_SOLVER_PP_2M,
            "UniPCMultistepScheduler", SchedulerKind.DPM_SOLVER_PP_2M);

    private static final Set<String> BETA_SCHEDULES = Set.of("linear", "scaled_linear", "squaredcos_cap_v2");
    private static final Set<String> PREDICTIONS = Set.of("epsilon", "v_prediction", "sample");

    /** Other models, or thresholds that depend on the whole picture. */
    private static final List<String> REFUSED =
            List.of("thresholding", "use_flow_sigmas", "use_dynamic_shifting", "invert_sigmas");

    /** Other ways down the same noise levels. */
    private static final List<String> OTHER_PATHS = List.of(
            "use_karras_sigmas",
            "use_exponential_sigmas",
            "use_beta_sigmas",
            "use_lu_lambdas",
            "euler_at_final",
            "sigma_min",
            "sigma_max");

    /** Keys that are read, or that mean nothing where the keys that are refused or noted are unset. */
    private static final Set<String> KNOWN = Set.of(
            "num_train_timesteps",
            "beta_start",
            "beta_end",
            "beta_schedule",
            "trained_betas",
            "prediction_type",
            "timestep_spacing",
            "steps_offset",
            "clip_sample",
            "clip_sample_range",
            "set_alpha_to_one",
            "rescale_betas_zero_snr",
            "variance_type",
            "final_sigmas_type",
            "dynamic_thresholding_ratio",
            "sample_max_value",
            "skip_prk_steps",
            "interpolation_type",
            "timestep_type",
            "algorithm_type",
            "solver_order",
            "solver_type",
            "lower_order_final",
            "lambda_min_clipped",
            "flow_shift",
            "predict_x0",
            "disable_corrector",
            "solver_p");

    /** Empty, with problems, if the model or its sampling is of another kind. */
    static Optional<SchedulerMapping> read(ConfigFile config, List<String> notes) {
        String name = config.text("_class_name").orElse("");
        // Flax and ONNX pipelines name the same schedulers with a prefix of their own.
        String plain = name.startsWith("Flax") ? name.substring("Flax".length()) : name;
        SchedulerKind kind = SAME.getOrDefault(plain, NEAREST.get(plain));
        if (kind == null) {
            config.problem("_class_name", "one of " + names(), name.isEmpty() ? "none" : name);
        } else if (NEAREST.containsKey(plain)) {
            notes.add("the export samples with " + name + ", which is not available; " + kind.wireName()
                    + " is the default instead: the same model, by another path");
        }
        REFUSED.stream()
                .filter(key -> config.keysInUse().contains(key))
                .forEach(key ->
                        config.problem(key, "false or absent", config.any(key).orElseThrow() + ", unsupported"));
        notePaths(config, kind, notes);
        Optional<BundleManifest.Schedule> schedule = schedule(config, plain);
        String prediction = oneOf(config, "prediction_type", PREDICTIONS, "epsilon");
        return kind == null || schedule.isEmpty() || prediction == null
                ? Optional.empty()
                : map(config, plain, kind, schedule.orElseThrow(), prediction);
    }

    private static Optional<SchedulerMapping> map(
            ConfigFile config, String name, SchedulerKind kind, BundleManifest.Schedule schedule, String prediction) {
        boolean bySteps = kind == SchedulerKind.DDIM || kind == SchedulerKind.DDPM;
        boolean unclip = name.equals("UnCLIPScheduler");
        String spacing = oneOf(
                config,
                "timestep_spacing",
                Set.of("leading", "trailing", "linspace"),
                (bySteps && !unclip ? TimestepSpacing.LEADING : TimestepSpacing.LINSPACE)
                        .name()
                        .toLowerCase(Locale.ROOT));
        // What the classes do where the file is silent; PNDM does not clip whatever its file says.
        boolean clips = bySteps
                && !name.equals("PNDMScheduler")
                && config.flag("clip_sample").orElse(true);
        Double range = clips ? config.number("clip_sample_range").orElse(1.0) : null;
        boolean toOne = config.flag("set_alpha_to_one").orElse(!name.equals("PNDMScheduler"));
        String variance = kind == SchedulerKind.DDPM ? variance(config) : "";
        String end = bySteps ? "" : oneOf(config, "final_sigmas_type", Set.of("zero", "sigma_min"), "zero");
        if (spacing == null || variance == null || end == null) {
            return Optional.empty();
        }
        return Optional.of(new SchedulerMapping(
                name,
                schedule,
                prediction,
                kind,
                spacing,
                config.integer("steps_offset").orElse(0),
                toOne,
                range,
                end.isEmpty() ? null : end,
                variance.isEmpty() ? null : variance));
    }

    private static Optional<BundleManifest.Schedule> schedule(ConfigFile config, String name) {
        Boolean zeroTerminalSnr = config.flag("rescale_betas_zero_snr").orElse(false);
        Optional<List<Double>> betas = config.numbers("trained_betas");
        if (betas.isPresent()) {
            return Optional.of(new BundleManifest.Schedule(
                    "discrete", null, null, null, null, null, null, zeroTerminalSnr, betas.orElseThrow()));
        }
        String fallback = name.equals("UnCLIPScheduler") ? "squaredcos_cap_v2" : "linear";
        String shape = oneOf(config, "beta_schedule", BETA_SCHEDULES, fallback);
        BundleManifest.Schedule schedule = new BundleManifest.Schedule(
                "discrete",
                null,
                null,
                shape,
                config.integer("num_train_timesteps").orElse(TRAIN_TIMESTEPS),
                config.number("beta_start").orElse(0.0001),
                config.number("beta_end").orElse(0.02),
                zeroTerminalSnr,
                null);
        return shape == null ? Optional.empty() : Optional.of(schedule);
    }

    /** The logarithmic type is the same variance, kept as its logarithm. */
    private static String variance(ConfigFile config) {
        String type =
                oneOf(config, "variance_type", Set.of("fixed_small", "fixed_small_log", "fixed_large"), "fixed_small");
        return "fixed_small_log".equals(type) ? "fixed_small" : type;
    }

    private static void notePaths(ConfigFile config, SchedulerKind kind, List<String> notes) {
        Set<String> inUse = config.keysInUse();
        OTHER_PATHS.stream()
                .filter(inUse::contains)
                .forEach(key -> notes.add(
                        config.name() + ": " + key + "=" + config.any(key).orElseThrow()
                                + " is not available; the noise levels are those of the timesteps"));
        if (kind == SchedulerKind.DPM_SOLVER_PP_2M) {
            noteUnless(config, "algorithm_type", "dpmsolver++", notes);
            noteUnless(config, "solver_order", "2", notes);
            noteUnless(config, "solver_type", "midpoint", notes);
            noteUnless(config, "lower_order_final", "true", notes);
        }
        if (kind == SchedulerKind.EULER) {
            noteUnless(config, "interpolation_type", "linear", notes);
        }
        config.text("timestep_type")
                .filter(type -> !type.equals("discrete"))
                .ifPresent(type -> config.problem("timestep_type", "discrete", type));
        Set<String> unknown = new TreeSet<>(inUse);
        unknown.removeIf(key ->
                key.startsWith("_") || KNOWN.contains(key) || REFUSED.contains(key) || OTHER_PATHS.contains(key));
        unknown.forEach(key -> notes.add(config.name() + ": " + key + " is not known and has no effect"));
    }

    private static void noteUnless(ConfigFile config, String key, String available, List<String> notes) {
        config.any(key)
                .filter(value -> !value.asText().equals(available))
                .ifPresent(value -> notes.add(
                        config.name() + ": " + key + "=" + value + " is not available; " + available + " is used"));
    }

    private static String oneOf(ConfigFile config, String key, Set<String> values, String fallback) {
        String value = config.text(key).orElse(fallback);
        if (!values.contains(value)) {
            config.problem(key, "one of " + new TreeSet<>(values), value);
            return null;
        }
        return value;
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>(SAME.keySet());
        names.addAll(NEAREST.keySet());
        return names;
    }

    /** How to sample. */
    private BundleManifest.Sampling sampling(List<String> schedulers, ImportOptions options) {
        int maxSteps = Math.min(MAX_STEPS, trainTimesteps());
        return new BundleManifest.Sampling(
                schedulers,
                kind.wireName(),
                Math.min(options.steps(), maxSteps),
                maxSteps,
                options.guidanceScale(),
                Math.max(20, options.guidanceScale()),
                null,
                spacing,
                stepsOffset,
                setAlphaToOne,
                clipSampleRange,
                finalSigmas,
                varianceType,
                null,
                null);
    }

    /** Why the default scheduler cannot be used; empty if it can. */
    Optional<String> problem(ImportOptions options) {
        return SamplingRules.problem(schedule, prediction, sampling(List.of(), options), kind);
    }

    /** How to sample, with every scheduler that fits the noise schedule among the allowed. */
    BundleManifest.Sampling sampling(ImportOptions options) {
        BundleManifest.Sampling some = sampling(List.of(), options);
        return sampling(
                Stream.of(SchedulerKind.values())
                        .filter(other -> SamplingRules.problem(schedule, prediction, some, other)
                                .isEmpty())
                        .map(SchedulerKind::wireName)
                        .toList(),
                options);
    }

    /** Number of timesteps of the training. */
    int trainTimesteps() {
        return schedule.betas() == null
                ? schedule.trainTimesteps()
                : schedule.betas().size();
    }
}
