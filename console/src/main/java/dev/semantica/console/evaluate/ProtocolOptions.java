package dev.semantica.console.evaluate;

import dev.semantica.evaluation.protocol.FewShot;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The few-shot protocol. */
final class ProtocolOptions {

    @Option(names = "--shots", defaultValue = "1", paramLabel = "K", description = "Images of a class to vary.")
    private int shots;

    @Option(
            names = {"-n", "--variations"},
            defaultValue = "4",
            paramLabel = "N",
            description = "Variations of each (default: ${DEFAULT-VALUE}).")
    private int variations;

    @Option(
            names = "--repeats",
            defaultValue = "3",
            paramLabel = "R",
            description = "Repeats with other shots and seeds (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "SEED",
            description = "Seed (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--near-duplicate",
            defaultValue = "0.98",
            paramLabel = "COSINE",
            description = "Cosine over which two images count as near-duplicates (default: ${DEFAULT-VALUE}).")
    private double threshold;

    /** What is wrong with the numbers. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        requireOne("--shots", shots, problems);
        requireOne("--variations", variations, problems);
        requireOne("--repeats", repeats, problems);
        if (!(threshold > -1 && threshold <= 1)) {
            problems.add("--near-duplicate must be over -1 and at most 1, but is " + threshold);
        }
        return problems;
    }

    private static void requireOne(String flag, int value, List<String> problems) {
        if (value < 1) {
            problems.add(flag + " must be at least 1, but is " + value);
        }
    }

    FewShot.Plan plan(boolean trainProbe) {
        return new FewShot.Plan(shots, variations, repeats, seed, threshold, trainProbe);
    }
}
