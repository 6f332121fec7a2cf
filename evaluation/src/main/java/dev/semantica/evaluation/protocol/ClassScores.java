package dev.semantica.evaluation.protocol;

import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.metric.Samples;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The set metrics within one class: its variations against its own reference images.
 *
 * @param n images that every candidate was scored with
 * @param referenceImages real images that they were compared with
 * @param scores per candidate the metrics by name; what too few images allow is left out
 * @param missing why a metric has no value
 */
public record ClassScores(
        int n, int referenceImages, Map<String, Map<String, Double>> scores, Map<String, String> missing) {

    /**
     * How the images that are no shots were cut in two.
     *
     * @param matrix features of the dataset
     * @param referenceLabels classes of the reference
     * @param referencePlaces its places in the dataset
     * @param realLabels classes of the held-out images
     * @param realPlaces their places in the dataset
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Split(
            FeatureMatrix matrix,
            List<String> referenceLabels,
            int[] referencePlaces,
            List<String> realLabels,
            int[] realPlaces) {

        FeatureMatrix reference(String label) {
            return matrix.select(at(label, referenceLabels, referencePlaces));
        }

        FeatureMatrix real(String label) {
            return matrix.select(at(label, realLabels, realPlaces));
        }

        private static int[] at(String label, List<String> labels, int[] places) {
            return IntStream.range(0, places.length)
                    .filter(i -> labels.get(i).equals(label))
                    .map(i -> places[i])
                    .toArray();
        }
    }

    /**
     * Scores every class; none where there is only one, whose scores are those of the whole.
     *
     * @param realName what the held-out images are called
     * @param shotLabels class of every shot
     * @param made per candidate what was made of every shot
     */
    static Map<String, ClassScores> of(
            Split split, String realName, List<String> shotLabels, Map<String, List<FeatureMatrix>> made, long seed) {
        Map<String, ClassScores> classes = new TreeMap<>();
        TreeSet<String> labels = new TreeSet<>(shotLabels);
        if (labels.size() < 2) {
            return classes;
        }
        for (String label : labels) {
            Map<String, FeatureMatrix> candidates = new LinkedHashMap<>();
            candidates.put(realName, split.real(label));
            made.forEach((name, ofShots) -> {
                List<FeatureMatrix> own = new ArrayList<>();
                for (int i = 0; i < shotLabels.size(); i++) {
                    if (shotLabels.get(i).equals(label) && ofShots.get(i).rows() > 0) {
                        own.add(ofShots.get(i));
                    }
                }
                candidates.put(name, own.isEmpty() ? split.matrix().select() : FewShot.joined(own));
            });
            classes.put(label, score(split.reference(label), candidates, seed));
        }
        return classes;
    }

    private static ClassScores score(FeatureMatrix reference, Map<String, FeatureMatrix> candidates, long seed) {
        int n = candidates.values().stream().mapToInt(FeatureMatrix::rows).min().orElse(0);
        // Its own randomness: how many classes there are must not change what is drawn for the whole.
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
        Map<String, String> missing = new TreeMap<>();
        candidates.forEach((name, all) -> {
            FeatureMatrix sample = all.select(Samples.withoutReplacement(all.rows(), n, random));
            scores.put(name, SetScores.of(reference, sample, seed, missing).values());
        });
        return new ClassScores(n, reference.rows(), scores, missing);
    }
}
