package dev.semantica.console.augment;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.diffusion.Guidance;
import dev.semantica.sampler.bundle.BundleManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How to sample, as flags. */
public final class SamplingFlags {

    @Option(names = "--steps", paramLabel = "N", description = "Denoising steps (default: the bundle's).")
    private Integer steps;

    @Option(
            names = "--guidance",
            paramLabel = "SCALE",
            description = "Classifier-free guidance; 1 is none and twice as fast (default: the bundle's).")
    private Double guidance;

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            description = "ddim, ddpm, euler or dpmpp-2m (default: the bundle's).")
    private String scheduler;

    @Option(
            names = "--guidance-interval",
            paramLabel = "FROM:TO",
            description =
                    "Guide only between these noise levels, 0 (clean) to 1 (noise), for example 0.2:0.9; the other"
                            + " steps cost one evaluation instead of two (default: the bundle's, or everywhere).")
    private String interval;

    @Option(
            names = "--guidance-rescale",
            paramLabel = "SHARE",
            description = "How far guided output is brought back to the unguided one's contrast, 0 to 1 (default: 0).")
    private Double rescale;

    @Option(
            names = "--strength",
            paramLabel = "SHARE",
            description = "Image to image: start from the picture with this share of the steps' noise, above 0 to 1"
                    + " (default: start from noise alone).")
    private Double strength;

    @Option(
            names = "--attempts",
            paramLabel = "N",
            description =
                    "Draw a variation at most so often, until the bundle's reader reads of it what it reads of the"
                            + " picture, 1 to 16; 1 takes every first drawing (default: the bundle's).")
    private Integer attempts;

    /** Whether any was given. */
    public boolean given() {
        return Stream.of(steps, guidance, scheduler, interval, rescale, strength, attempts)
                .anyMatch(Objects::nonNull);
    }

    /** What is wrong with them, whatever the bundle. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (levels() == null) {
            problems.add(
                    "--guidance-interval must be two noise levels from 0 to 1 such as 0.2:0.9, but is " + interval);
        }
        if (rescale != null && !(rescale >= 0 && rescale <= 1)) {
            problems.add("--guidance-rescale must be from 0 to 1, but is " + rescale);
        }
        if (strength != null && !(strength > 0 && strength <= 1)) {
            problems.add("--strength must be greater than 0 and at most 1, but is " + strength);
        }
        if (attempts != null && (attempts < 1 || attempts > BundleManifest.Reader.MOST_ATTEMPTS)) {
            problems.add(
                    "--attempts must be from 1 to " + BundleManifest.Reader.MOST_ATTEMPTS + ", but is " + attempts);
        }
        return problems;
    }

    /**
     * With a seed and a bundle; null leaves the choice to the workers.
     *
     * @throws ConfigurationException with every problem
     */
    RunSettings with(long seed, String bundle) {
        List<String> problems = problems();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        Double[] levels = levels();
        return new RunSettings(
                seed, steps, guidance, scheduler, bundle, levels[0], levels[1], rescale, strength, attempts);
    }

    /** The interval's two levels, null each where none was given; null if it is no interval. */
    private Double[] levels() {
        if (interval == null) {
            return new Double[2];
        }
        String[] parts = interval.split(":", -1);
        try {
            double from = Double.parseDouble(parts[0]);
            double to = Double.parseDouble(parts[1]);
            return parts.length == 2 && Guidance.isInterval(from, to) ? new Double[] {from, to} : null;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return null;
        }
    }
}
