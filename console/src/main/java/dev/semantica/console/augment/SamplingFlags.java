package dev.semantica.console.augment;

import picocli.CommandLine.Option;

/** How to sample, as flags. */
final class SamplingFlags {

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Seed; the same seed gives the same variations (default: ${DEFAULT-VALUE}).")
    private long seed;

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

    /** With a bundle; null leaves the choice to the workers. */
    RunSettings with(String bundle) {
        return new RunSettings(seed, steps, guidance, scheduler, bundle);
    }
}
