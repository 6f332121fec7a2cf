package dev.semantica.console.augment;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What makes two runs into one folder the same run. A folder is continued only with the settings it was begun with.
 *
 * @param seed seed of the run, from which every picture's seed is derived
 * @param steps denoising steps; null: the bundle's default
 * @param guidanceScale guidance; null: the bundle's default
 * @param scheduler scheduler; null: the bundle's default
 * @param bundle name of the bundle; null: the worker's default
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunSettings(long seed, Integer steps, Double guidanceScale, String scheduler, String bundle) {}
