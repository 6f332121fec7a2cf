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
 * @param guidanceFrom lowest noise level that is guided; null: 0
 * @param guidanceTo highest noise level that is guided; null: 1
 * @param guidanceRescale how far guided output keeps its standard deviation; null: not at all
 * @param strength share of the steps that start from the noised source; null: from noise alone
 * @param attempts how often a variation is drawn at most, until it is read as its source is; null: the bundle's
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunSettings(
        long seed,
        Integer steps,
        Double guidanceScale,
        String scheduler,
        String bundle,
        Double guidanceFrom,
        Double guidanceTo,
        Double guidanceRescale,
        Double strength,
        Integer attempts) {}
