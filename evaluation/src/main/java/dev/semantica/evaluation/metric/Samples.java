package dev.semantica.evaluation.metric;

import java.util.SplittableRandom;

/** Random choices. */
public final class Samples {

    private Samples() {}

    /** {@code size} different places of {@code 0 … count − 1}, in random order (Fisher and Yates). */
    public static int[] withoutReplacement(int count, int size, SplittableRandom random) {
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            places[i] = i;
        }
        int[] chosen = new int[size];
        for (int i = 0; i < size; i++) {
            int at = i + random.nextInt(count - i);
            chosen[i] = places[at];
            places[at] = places[i];
        }
        return chosen;
    }
}
