/** Sets of labelled images. */
package dev.semantica.evaluation.data;
