package dev.semantica.sampler.worker;

import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.schemas.BatchImage;

/**
 * What is known of the rows of an image when one ends.
 *
 * @param bundle what samples them
 * @param engine what runs the bundle on the device that samples them
 * @param sourceDigest SHA-256 of the source file
 * @param strength null where sampling starts from noise alone
 * @param trace of the image
 */
record RowTag(
        BatchInWork work,
        BatchImage image,
        ServedBundle bundle,
        String engine,
        String sourceDigest,
        SchedulerKind kind,
        int steps,
        Guidance guidance,
        Double strength,
        ImageTrace trace) {}
