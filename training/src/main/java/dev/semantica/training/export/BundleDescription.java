package dev.semantica.training.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.diffusion.Guidance;
import dev.semantica.sampler.bundle.BundleManifest;
import java.util.List;
import java.util.Objects;

/**
 * What a bundle says beside its graphs.
 *
 * @param name what requests call it
 * @param description a sentence for people
 * @param licence SPDX identifier of the weights' licence
 * @param shift resolution shift of the noise schedule that it was trained with; 1 for none
 * @param sampling schedulers and defaults
 * @param training where the weights come from: data, recipe, digests, figures
 */
public record BundleDescription(
        String name,
        String description,
        String licence,
        double shift,
        BundleManifest.Sampling sampling,
        ObjectNode training) {

    /** What an exported bundle can be sampled with. */
    public static final List<String> SCHEDULERS = List.of("ddim", "ddpm", "euler", "dpmpp-2m");

    /** Most steps that a request may ask for. */
    public static final int MOST_STEPS = 250;

    /** Strongest guidance that a request may ask for. */
    public static final int MOST_GUIDANCE = 20;

    /** Refuses null. */
    public BundleDescription {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(licence, "licence");
        Objects.requireNonNull(sampling, "sampling");
        Objects.requireNonNull(training, "training");
    }

    /**
     * Every scheduler; one of them, so many steps and that guidance unless a request says otherwise.
     *
     * @param scheduler one of {@link #SCHEDULERS}
     * @param guidance not rescaled
     * @param clip what predicted samples are clipped to, ± it; null: nothing
     */
    public static BundleManifest.Sampling sampling(String scheduler, int steps, Guidance guidance, Double clip) {
        return new BundleManifest.Sampling(
                SCHEDULERS,
                scheduler,
                steps,
                MOST_STEPS,
                guidance.scale(),
                MOST_GUIDANCE,
                null,
                null,
                null,
                null,
                clip,
                null,
                null,
                guidance.from() == 0 ? null : guidance.from(),
                guidance.to() == 1 ? null : guidance.to());
    }
}
