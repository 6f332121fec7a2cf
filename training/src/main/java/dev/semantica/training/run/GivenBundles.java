package dev.semantica.training.run;

import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.training.objective.NoiseTimes;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Bundles that are there already.
 *
 * @param denoiser whose denoiser is trained further
 * @param autoencoder whose autoencoder makes the latents, or is trained further to make them
 */
record GivenBundles(Optional<Bundle> denoiser, Optional<Bundle> autoencoder) {

    /**
     * Reads those that a run names. A denoiser that is trained further brings the latents that it knows, unless its
     * autoencoder is trained further too.
     *
     * @throws TrainingException with what is wrong with one of them
     */
    static GivenBundles of(RunConfig config) throws TrainingException {
        try {
            Optional<Bundle> denoiser = read(config.denoiser().start());
            if (denoiser.isPresent()) {
                requireItsNoise(denoiser.get().manifest(), config.denoiser());
            }
            if (config.autoencoder().started()) {
                return new GivenBundles(denoiser, read(config.autoencoder().start()));
            }
            return new GivenBundles(
                    denoiser,
                    denoiser.isPresent()
                            ? denoiser
                            : read(config.frozenAutoencoder().path()));
        } catch (BundleException e) {
            throw new TrainingException(e.problems());
        }
    }

    /** Of a network's weights alone nobody can tell which noise it has learned to take away. */
    private static void requireItsNoise(BundleManifest manifest, RunConfig.DenoiserStage stage)
            throws TrainingException {
        BundleManifest.Schedule known = manifest.noiseSchedule();
        if (!known.type().equals("cosine")
                || !manifest.prediction().equals("v_prediction")
                || (known.maxTime() != null && known.maxTime() != NoiseTimes.LATEST)) {
            throw new TrainingException(stage.start() + " predicts " + manifest.prediction() + " under a "
                    + known.type() + " schedule up to " + known.maxTime() + "; denoiser.start needs a bundle that was"
                    + " trained here, which predicts v_prediction under a cosine one up to " + NoiseTimes.LATEST);
        }
        double shift = known.shift() == null ? 1 : known.shift();
        if (shift != stage.shift()) {
            throw new TrainingException("denoiser.shift is " + stage.shift() + ", but the denoiser of " + stage.start()
                    + " was trained with " + shift + "; set denoiser.shift: " + shift);
        }
    }

    private static Optional<Bundle> read(String path) throws BundleException {
        return path.isEmpty() ? Optional.empty() : Optional.of(Bundle.read(Path.of(path)));
    }

    /** Tells whose denoiser training starts from; empty: from none. */
    String denoiserDigest() {
        return denoiser.map(Bundle::digest).orElse("");
    }

    /** Tells whose autoencoder is used or trained further; empty: none. */
    String autoencoderDigest() {
        return autoencoder.map(Bundle::digest).orElse("");
    }
}
