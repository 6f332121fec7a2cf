package dev.semantica.evaluation.protocol;

import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.metric.SoftmaxProbe;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether variations help a classifier: its accuracy on real images that it never saw, by what it was trained on. */
final class DownstreamProbe {

    private final FeatureMatrix shots;
    private final int[] shotLabels;
    private final int classes;
    private final FeatureMatrix test;
    private final int[] testLabels;
    private final Map<String, Double> accuracies = new LinkedHashMap<>();

    DownstreamProbe(FeatureMatrix shots, int[] shotLabels, int classes, FeatureMatrix test, int[] testLabels) {
        this.shots = shots;
        this.shotLabels = shotLabels;
        this.classes = classes;
        this.test = test;
        this.testLabels = testLabels;
        train("shots alone", shots, shotLabels);
    }

    /** Trains on the shots and on what was made of each. */
    void shotsAnd(String candidate, List<FeatureMatrix> made) {
        int[] labels = new int[made.stream().mapToInt(FeatureMatrix::rows).sum()];
        int at = 0;
        for (int i = 0; i < made.size(); i++) {
            Arrays.fill(labels, at, at + made.get(i).rows(), shotLabels[i]);
            at += made.get(i).rows();
        }
        shotsAnd(candidate, FewShot.joined(made), labels);
    }

    /** Trains on the shots and on other images. */
    void shotsAnd(String candidate, FeatureMatrix more, int[] labels) {
        int[] all = Arrays.copyOf(shotLabels, shotLabels.length + labels.length);
        System.arraycopy(labels, 0, all, shotLabels.length, labels.length);
        train("shots and " + candidate, FewShot.joined(List.of(shots, more)), all);
    }

    Map<String, Double> accuracies() {
        return accuracies;
    }

    private void train(String name, FeatureMatrix features, int[] labels) {
        accuracies.put(name, SoftmaxProbe.train(features, labels, classes).accuracy(test, testLabels));
    }
}
