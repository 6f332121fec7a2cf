package dev.semantica.evaluation.factor;

import java.util.ArrayList;
import java.util.List;

/**
 * How probes are built and trained.
 *
 * @param side height and width that pictures are brought to, 8 to 256, divisible by 2 to the number of widths
 * @param widths channels of each convolution, 1 to 6 of 1 to 512; multiples of 16 are fast
 * @param hidden features of the hidden layer, 1 to 1,024
 * @param steps steps of the optimiser, 1 to 1,000,000
 * @param batch pictures of a step, 1 to 1,024
 * @param rate highest learning rate, over 0 and at most 1
 * @param seed of first weights, order and softening
 */
public record ProbePlan(int side, List<Integer> widths, int hidden, int steps, int batch, double rate, long seed) {

    /** For pages of 64 pixels: 285 seconds of processor time. */
    public static final ProbePlan DEFAULT = new ProbePlan(64, List.of(16, 32, 64, 96), 160, 4500, 32, 4e-3, 1);

    /**
     * Validates.
     *
     * @throws IllegalArgumentException that names all that is wrong, a line each
     */
    public ProbePlan {
        List<String> problems = new ArrayList<>();
        widths = List.copyOf(widths);
        if (widths.isEmpty() || widths.size() > 6 || widths.stream().anyMatch(width -> width < 1 || width > 512)) {
            problems.add("widths must be 1 to 6 numbers of 1 to 512, but are " + widths);
        } else if (side < 8 || side > 256 || side % (1 << widths.size()) != 0) {
            problems.add("side must be 8 to 256 and divisible by " + (1 << widths.size()) + " for " + widths.size()
                    + " convolutions, but is " + side);
        }
        check(problems, "hidden", hidden, 1024);
        check(problems, "steps", steps, 1_000_000);
        check(problems, "batch", batch, 1024);
        if (!(rate > 0 && rate <= 1)) {
            problems.add("rate must be over 0 and at most 1, but is " + rate);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** The same plan with other steps. */
    public ProbePlan withSteps(int count) {
        return new ProbePlan(side, widths, hidden, count, batch, rate, seed);
    }

    private static void check(List<String> problems, String name, int value, int most) {
        if (value < 1 || value > most) {
            problems.add(name + " must be 1 to " + most + ", but is " + value);
        }
    }
}
