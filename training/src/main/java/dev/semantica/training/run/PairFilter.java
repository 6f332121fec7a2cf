package dev.semantica.training.run;

import dev.semantica.training.data.FrozenTensors;
import dev.semantica.training.data.PackedPage;
import java.util.ArrayList;
import java.util.List;

/**
 * Which pairs of a page are trained on, by the cosine of a frozen encoder's pooled vectors: a pair that is too unlike has
 * a foreign image in it, one that is too alike is a near-duplicate (Semantica, arXiv 2405.14857).
 */
final class PairFilter {

    private final FrozenTensors pooled;
    private final RunConfig.Filter bounds;

    PairFilter(FrozenTensors pooled, RunConfig.Filter bounds) {
        this.pooled = pooled;
        this.bounds = bounds;
    }

    /** For every page its pairs within the bounds, as places within the page, one after the other; null: all pairs. */
    List<int[]> admitted(List<PackedPage> pages) {
        if (bounds.admitsAll()) {
            return null;
        }
        List<int[]> admitted = new ArrayList<>();
        for (PackedPage page : pages) {
            double[][] cosines = cosines(pooled, page);
            List<Integer> pairs = new ArrayList<>();
            for (int i = 0; i < cosines.length; i++) {
                for (int j = 0; j < cosines.length; j++) {
                    if (i != j && cosines[i][j] >= bounds.lower() && cosines[i][j] <= bounds.upper()) {
                        pairs.add(i);
                        pairs.add(j);
                    }
                }
            }
            admitted.add(pairs.stream().mapToInt(Integer::intValue).toArray());
        }
        return admitted;
    }

    /** Cosines between all images of a page. */
    static double[][] cosines(FrozenTensors pooled, PackedPage page) {
        int count = page.images();
        int width = pooled.width();
        int[] images = new int[count];
        for (int i = 0; i < count; i++) {
            images[i] = page.firstImage() + i;
        }
        float[] vectors = pooled.read(images);
        double[][] cosines = new double[count][count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                cosines[i][j] = cosine(vectors, i, j, width);
            }
        }
        return cosines;
    }

    /** The cosine of two rows. */
    static double cosine(float[] vectors, int i, int j, int width) {
        double lengths = Math.sqrt(dot(vectors, i, i, width)) * Math.sqrt(dot(vectors, j, j, width));
        // Rounding must not make copies more alike than an upper bound of 1.
        return Math.max(-1, Math.min(1, dot(vectors, i, j, width) / Math.max(1e-12, lengths)));
    }

    private static double dot(float[] vectors, int i, int j, int width) {
        double sum = 0;
        for (int k = 0; k < width; k++) {
            sum += (double) vectors[i * width + k] * vectors[j * width + k];
        }
        return sum;
    }
}
