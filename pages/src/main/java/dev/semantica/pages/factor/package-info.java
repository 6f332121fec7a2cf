/** Factors: what is known of pages and their images, and how it is written down. */
package dev.semantica.pages.factor;
