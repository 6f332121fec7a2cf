package dev.semantica.evaluation.protocol;

import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.metric.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The images of every class that are varied. */
final class ShotChoice {

    private ShotChoice() {}

    /**
     * Chooses at random, class by class.
     *
     * @param canVary which images may be chosen
     * @return places of the images
     * @throws IllegalArgumentException naming every class that is too small
     */
    static int[] of(List<LabelledImage> images, int shots, Predicate<LabelledImage> canVary, SplittableRandom random) {
        Map<String, List<Integer>> all = new TreeMap<>();
        Map<String, List<Integer>> eligible = new TreeMap<>();
        for (int i = 0; i < images.size(); i++) {
            String label = images.get(i).label();
            all.computeIfAbsent(label, absent -> new ArrayList<>()).add(i);
            eligible.computeIfAbsent(label, absent -> new ArrayList<>());
            if (canVary.test(images.get(i))) {
                eligible.get(label).add(i);
            }
        }
        List<String> problems = new ArrayList<>();
        all.forEach((label, places) -> {
            int with = eligible.get(label).size();
            if (places.size() <= shots) {
                problems.add("Class '" + label + "' has " + places.size() + " images; with " + shots
                        + " shots each class needs more than that, so that some are left to compare with");
            } else if (with < shots) {
                problems.add("Class '" + label + "' has variations of " + with + " images, but " + shots
                        + " shots are asked for; lower --shots, make more, or take the class out of the dataset");
            }
        });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        List<Integer> chosen = new ArrayList<>();
        eligible.forEach((label, places) -> {
            for (int at : Samples.withoutReplacement(places.size(), shots, random)) {
                chosen.add(places.get(at));
            }
        });
        return chosen.stream().mapToInt(Integer::intValue).toArray();
    }
}
