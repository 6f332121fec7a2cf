/** What fits a bundle's reader: what of a picture its encoder tells, by pictures of which it is known. */
package dev.semantica.evaluation.reader;
