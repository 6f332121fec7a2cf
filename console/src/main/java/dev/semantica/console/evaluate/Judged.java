package dev.semantica.console.evaluate;

import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.data.MadeVariations;
import java.util.List;
import java.util.Map;

/**
 * What is judged.
 *
 * @param place what the dataset is called in the report
 * @param images the dataset, with the classes as labels
 * @param made variations that were made earlier; null: they are made now
 * @param lost what was left out and why, by name
 */
record Judged(String place, List<LabelledImage> images, MadeVariations made, Map<String, String> lost) {}
