package dev.semantica.sampler.engine;

import dev.semantica.sampler.image.RgbImage;

/**
 * A variation as it was drawn.
 *
 * @param picture what was drawn
 * @param similarity cosine of the encodings of picture and source, -1 to 1; null where the bundle has none
 * @param agreement how well it agrees with the source in what the bundle's reader reads, 0 to 1; null where it has none
 * @param attempt which attempt at this variation it is, from 1 on
 */
public record Drawing(RgbImage picture, Double similarity, Double agreement, int attempt) {}
