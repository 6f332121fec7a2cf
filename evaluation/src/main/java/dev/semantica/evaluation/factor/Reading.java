package dev.semantica.evaluation.factor;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * How well a probe reads a factor from real images of pages that it was not trained on.
 *
 * @param ofPage whether pages fix it; else images vary it
 * @param categories what it may be; empty for a quantity
 * @param score of a category the accuracy, 0 to 1; of a quantity R², 1 at best
 * @param skill what the probe does better than a constant: R², or 1 − error / error of always naming the most frequent
 *     category; 1 at best, 0 for a constant
 * @param n held-out images
 * @param trainScore the score on images that it was fitted to; far over {@code score} where there were too few of them
 * @param trainImages how many these were
 */
@JsonIgnoreProperties(value = "readable", allowGetters = true)
public record Reading(
        boolean ofPage,
        List<String> categories,
        double score,
        double skill,
        int n,
        double trainScore,
        int trainImages) {

    /** Skill from which on a factor counts as read. */
    public static final double READABLE = 0.5;

    /** Copies the categories. */
    public Reading {
        categories = List.copyOf(categories);
    }

    /** Whether verdicts may rest on it. */
    public boolean isReadable() {
        return skill >= READABLE;
    }

    /** Whether it is a category. */
    @JsonIgnore
    public boolean isCategory() {
        return !categories.isEmpty();
    }
}
