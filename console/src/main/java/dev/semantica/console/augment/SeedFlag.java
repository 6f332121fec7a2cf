package dev.semantica.console.augment;

import picocli.CommandLine.Option;

/** The seed of a run, as a flag. */
final class SeedFlag {

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Seed; the same seed gives the same variations (default: ${DEFAULT-VALUE}).")
    private long seed;

    long seed() {
        return seed;
    }
}
