/** Images to feature vectors. */
package dev.semantica.evaluation.feature;
