package dev.semantica.training.run;

import dev.semantica.diffusion.Guidance;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.training.data.PairBatches;
import dev.semantica.training.export.BundleDescription;
import dev.semantica.training.objective.DenoiserPerception;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a configuration must be as a whole. */
final class RunChecks {

    /** Beyond this, odds are all or nothing. */
    private static final int WIDEST_TIMES = 10;

    private final RunConfig config;
    private final List<String> problems;

    private RunChecks(RunConfig config, List<String> problems) {
        this.config = config;
        this.problems = problems;
    }

    /** Adds everything that is wrong with a configuration. */
    static void check(RunConfig config, List<String> problems) {
        RunChecks checks = new RunChecks(config, problems);
        checks.whole();
        boolean encoderAlone = config.export().content() == RunConfig.Content.ENCODER;
        if (config.frozenEncoder().given()) {
            checks.frozenEncoder(encoderAlone);
        } else {
            checks.encoder();
        }
        if (!encoderAlone) {
            checks.generative();
        }
    }

    private void whole() {
        if (!BundleManifest.isName(config.name())) {
            problems.add("name must be " + BundleManifest.NAMES + ", but is '" + config.name() + "'");
        }
        if (!(config.data().validation() > 0 && config.data().validation() < 1)) {
            problems.add("data.validation must be between 0 and 1, but is "
                    + config.data().validation());
        }
        if (config.threads() < 0) {
            problems.add("threads must be from 0, but is " + config.threads());
        }
        for (RunConfig.Source source : config.data().sources()) {
            if (source.path() != null && Files.isDirectory(Path.of(source.path()))) {
                outside("directory", config.directory(), source.path());
                outside("export.directory", config.export().directory(), source.path());
            }
        }
        String export = config.export().directory();
        if (Path.of(config.directory()).startsWith(Path.of(export))) {
            problems.add("export.directory must be a place of its own, but " + export + " holds the run's directory "
                    + config.directory());
        }
    }

    /** What a run writes among pages would be read as one. */
    private void outside(String key, String place, String pages) {
        if (Path.of(place).startsWith(Path.of(pages))) {
            problems.add(key + " must lie outside of the pages in " + pages + ", but is " + place);
        }
    }

    private void frozenEncoder(boolean encoderAlone) {
        if (encoderAlone) {
            problems.add("export.content is encoder, but frozenEncoder.path names one that is there already");
        }
        if (config.encoder().started()) {
            problems.add(
                    "encoder.start is trained further and frozenEncoder.path stays as it is; leave one of them out");
        }
    }

    private void encoder() {
        requireSteps("encoder", config.encoder().training());
        int side = config.data().side();
        if (config.encoder().model().side() != side) {
            problems.add("encoder.model.side must be data.side, " + side + ", but is "
                    + config.encoder().model().side());
        }
        double colourless = config.encoder().colourless();
        if (!(colourless >= 0 && colourless <= 1)) {
            problems.add("encoder.colourless must be from 0 to 1, but is " + colourless);
        }
        requireWeights("encoder", config.encoder().weights());
        if (config.encoder().weights().keep() > 0 && !config.encoder().started()) {
            problems.add("encoder.weights.keep needs encoder.start, whose tokens are to be kept");
        }
        int grid = config.encoder().model().grid();
        if (config.encoder().pictureSide() < grid
                || config.encoder().pictureSide() % grid != 0
                || side % config.encoder().pictureSide() != 0) {
            problems.add("encoder.pictureSide must be a multiple of " + grid + " that divides " + side + ", but is "
                    + config.encoder().pictureSide());
        }
    }

    /** @param weights a record of numbers */
    private void requireWeights(String stage, Record weights) {
        RunBinding.JSON.valueToTree(weights).properties().forEach(weight -> {
            double value = weight.getValue().asDouble(Double.NaN);
            if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
                problems.add(stage + ".weights." + weight.getKey() + " must be a number from 0, but is " + value);
            }
        });
    }

    private void requireSteps(String stage, RunConfig.Training training) {
        if (!training.any()) {
            problems.add(stage + ".training.steps must be from 1");
        }
    }

    /** What stays as it is must be there, with all that it knows; and something must be left to train. */
    private void untrainedDenoiser() {
        if (config.denoiser().training().any()) {
            return;
        }
        boolean decoder = config.autoencoder().decoderOnly();
        boolean encoder = config.encoder().weights().keep() > 0;
        boolean oneIsTrained = config.frozenEncoder().given() ? decoder : encoder && !decoder;
        if (!config.denoiser().started() || config.autoencoder().started() || !oneIsTrained) {
            problems.add(
                    "denoiser.training.steps: 0 leaves the denoiser as it is while its bundle's decoder or encoder is"
                            + " trained; it needs denoiser.start, and frozenEncoder.path and autoencoder.decoderOnly:"
                            + " true, or encoder.start and encoder.weights.keep above 0, and no autoencoder.start");
        }
    }

    private void startShare() {
        double share = config.export().startShare();
        if (!(share >= 0 && share < 1)) {
            problems.add("export.startShare must be from 0 to below 1, but is " + share);
        }
        if (share > 0
                && !(config.denoiser().started() && config.denoiser().training().any())) {
            problems.add("export.startShare needs denoiser.start and denoiser.training.steps above 0: it mixes what was"
                    + " there with what was trained");
        }
    }

    private void startedAutoencoder() {
        RunConfig.AutoencoderStage autoencoder = config.autoencoder();
        requireWeights("autoencoder", autoencoder.weights());
        if (autoencoder.weights().keep() > 0 && !autoencoder.started()) {
            problems.add("autoencoder.weights.keep needs autoencoder.start, whose latents are to be kept");
        }
        if (!autoencoder.started()) {
            return;
        }
        if (config.denoiser().space() == RunConfig.Space.PIXEL) {
            problems.add("autoencoder.start has no use with denoiser.space: pixel; leave it out");
        }
        if (config.frozenAutoencoder().given()) {
            problems.add("autoencoder.start is trained further and frozenAutoencoder.path stays as it is; leave one of"
                    + " them out");
        }
        if (autoencoder.decoderOnly()) {
            problems.add("autoencoder.start has no use with decoderOnly, whose autoencoder comes by denoiser.start or"
                    + " frozenAutoencoder.path");
        }
    }

    private void filter() {
        RunConfig.DenoiserStage denoiser = config.denoiser();
        if (!(denoiser.filter().lower() < denoiser.filter().upper())) {
            problems.add("denoiser.filter.lower must be below upper");
        }
        if (!denoiser.filter().admitsAll() && denoiser.objective() != PairBatches.Objective.PAIRS) {
            problems.add("denoiser.filter has no use with denoiser.objective: "
                    + denoiser.objective().name().toLowerCase(Locale.ROOT)
                    + ", which has no pairs of a page to keep out; leave it out");
        }
    }

    private void exportedSampling() {
        RunConfig.Export export = config.export();
        if (!BundleDescription.SCHEDULERS.contains(export.scheduler())) {
            problems.add("export.scheduler must be one of " + BundleDescription.SCHEDULERS + ", but is "
                    + export.scheduler());
        }
        if (export.steps() < 1 || export.steps() > BundleDescription.MOST_STEPS) {
            problems.add(
                    "export.steps must be from 1 to " + BundleDescription.MOST_STEPS + ", but is " + export.steps());
        }
        if (!(export.guidanceScale() >= 0 && export.guidanceScale() <= BundleDescription.MOST_GUIDANCE)) {
            problems.add("export.guidanceScale must be from 0 to " + BundleDescription.MOST_GUIDANCE + ", but is "
                    + export.guidanceScale());
        }
        if (!Guidance.isInterval(export.guidanceFrom(), export.guidanceTo())) {
            problems.add("export.guidanceFrom and guidanceTo must lie within 0 to 1, the first one first, but are "
                    + export.guidanceFrom() + " and " + export.guidanceTo());
        }
    }

    private void generative() {
        int side = config.data().side();
        RunConfig.DenoiserStage denoiser = config.denoiser();
        if (denoiser.space() == RunConfig.Space.LATENT
                && config.autoencoder().model().side() != side) {
            problems.add("autoencoder.model.side must be data.side, " + side + ", but is "
                    + config.autoencoder().model().side());
        }
        if (config.autoencoder().decoderOnly()
                && (denoiser.space() == RunConfig.Space.PIXEL || !config.bringsAutoencoder())) {
            problems.add("autoencoder.decoderOnly needs an autoencoder that is there already, by denoiser.start or"
                    + " frozenAutoencoder.path, and latents to decode");
        }
        double half = config.autoencoder().weights().half();
        if (denoiser.space() == RunConfig.Space.LATENT && half > 0 && side % 8 != 0) {
            problems.add("autoencoder.weights.half needs a data.side that is a multiple of 8, but it is " + side);
        }
        if (!(denoiser.dropout() >= 0 && denoiser.dropout() < 1)
                || !(denoiser.shift() > 0)
                || !(denoiser.alignment() >= 0)) {
            problems.add("denoiser.dropout must be from 0 to below 1, shift positive and alignment from 0");
        }
        DenoiserPerception perception = denoiser.perception();
        if (!(perception.weight() >= 0)
                || !(perception.until() > 0 && perception.until() <= 1)
                || perception.pairs() < 1) {
            problems.add(
                    "denoiser.perception.weight must be from 0, until above 0 and up to 1 and pairs from 1, but are "
                            + perception.weight() + ", " + perception.until() + " and " + perception.pairs());
        }
        double centre = denoiser.times().centre();
        double spread = denoiser.times().spread();
        if (!(Math.abs(centre) <= WIDEST_TIMES) || !(spread > 0 && spread <= WIDEST_TIMES)) {
            problems.add(
                    "denoiser.times.centre must be from -%1$d to %1$d and times.spread above 0 and up to %1$d, but are %2$s and %3$s"
                            .formatted(WIDEST_TIMES, centre, spread));
        }
        if (denoiser.started()
                && !config.frozenEncoder().given()
                && !config.encoder().started()) {
            problems.add("denoiser.start needs frozenEncoder.path, usually the same bundle, whose encoder its denoiser"
                    + " has learned to follow, or encoder.start, which trains that further");
        }
        startedAutoencoder();
        untrainedDenoiser();
        if (denoiser.space() == RunConfig.Space.LATENT
                && (config.autoencoder().decoderOnly() || !config.bringsAutoencoder())) {
            requireSteps("autoencoder", config.autoencoder().training());
        }
        if (config.frozenAutoencoder().given() && denoiser.started()) {
            problems.add("frozenAutoencoder.path has no use with denoiser.start, which brings the autoencoder that its"
                    + " denoiser was trained with; leave it out");
        }
        if (config.frozenAutoencoder().given() && denoiser.space() == RunConfig.Space.PIXEL) {
            problems.add("frozenAutoencoder.path has no use with denoiser.space: pixel; leave it out");
        }
        exportedSampling();
        startShare();
        filter();
        try {
            // What another's encoder gives is known when it is opened.
            var unused = StageNetworks.denoiser(
                    config,
                    config.frozenEncoder().given()
                            ? new StageNetworks.Condition(1, 1, 1)
                            : StageNetworks.condition(config.encoder().model()));
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
        }
    }
}
