package dev.semantica.sampler.diffusers;

import dev.semantica.sampler.bundle.BundleManifest;
import java.util.Objects;

/**
 * What an export does not say about itself.
 *
 * @param name what requests are to call the bundle
 * @param licence SPDX identifier of the weights' licence; null: not known
 * @param steps default number of steps, at least 1
 * @param guidanceScale default guidance, at least 0
 * @param imageSize side of the pictures in pixels; null: as the export says
 * @param latentSize side of the latents; null: as the export says
 */
public record ImportOptions(
        String name, String licence, int steps, double guidanceScale, Integer imageSize, Integer latentSize) {

    /** Number of steps that image variation pipelines use by default. */
    public static final int STEPS = 50;

    /** Guidance that image variation pipelines use by default. */
    public static final double GUIDANCE = 7.5;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is out of range or the name is none
     */
    public ImportOptions {
        Objects.requireNonNull(name, "name");
        if (!BundleManifest.isName(name)) {
            throw new IllegalArgumentException(
                    "name must be " + BundleManifest.NAMES + ", but is '" + name + "'; give --name");
        }
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be at least 1, but is " + steps);
        }
        if (!(guidanceScale >= 0 && guidanceScale <= 1000)) {
            throw new IllegalArgumentException("guidance must be from 0 to 1000, but is " + guidanceScale);
        }
        if ((imageSize != null && imageSize < 1) || (latentSize != null && latentSize < 1)) {
            throw new IllegalArgumentException("sizes must be at least 1");
        }
    }

    /** Everything as the export says. */
    public static ImportOptions named(String name) {
        return new ImportOptions(name, null, STEPS, GUIDANCE, null, null);
    }
}
