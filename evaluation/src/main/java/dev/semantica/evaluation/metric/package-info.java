/** Distances between sets of feature vectors, and figures of variations against their source. */
package dev.semantica.evaluation.metric;
