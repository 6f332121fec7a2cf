/** Steps down the gradient: AdamW, Muon, clipping, moving averages of the weights, and the learning rate over time. */
package dev.semantica.training.optimise;
