package dev.semantica.evaluation.factor;

import java.util.ArrayList;
import java.util.List;

/**
 * How probes are fitted.
 *
 * @param bins of each colour channel in the histogram, 2 to 16; 0: no colours, what the encoder tells alone
 * @param most features of the encoder that are used as they are, 1 to 4,096; more are folded into so many
 * @param penalties of ridge regression that are tried, each over 0, as a share of the mean variance of a feature; 1 to 16
 */
public record ProbePlan(int bins, int most, List<Double> penalties) {

    /** For 64×64 pictures and some thousand of them. */
    public static final ProbePlan DEFAULT = new ProbePlan(8, 2048, List.of(0.001, 0.004, 0.016, 0.06, 0.25));

    /** For what an encoder tells by itself: all of its tokens, no colours. */
    public static final ProbePlan ENCODER_ALONE = new ProbePlan(0, 4096, DEFAULT.penalties());

    /**
     * Validates.
     *
     * @throws IllegalArgumentException that names all that is wrong, a line each
     */
    public ProbePlan {
        List<String> problems = new ArrayList<>();
        penalties = List.copyOf(penalties);
        if (bins != 0 && (bins < 2 || bins > 16)) {
            problems.add("bins must be 2 to 16, or 0 for no colours, but is " + bins);
        }
        if (most < 1 || most > 4096) {
            problems.add("most must be 1 to 4096, but is " + most);
        }
        if (penalties.isEmpty()
                || penalties.size() > 16
                || penalties.stream().anyMatch(penalty -> !(penalty > 0 && penalty < Double.MAX_VALUE))) {
            problems.add("penalties must be 1 to 16 numbers over 0, but are " + penalties);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }
}
