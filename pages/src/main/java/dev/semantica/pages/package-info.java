/** Procedural pages: images that belong together, with what is known of them. */
package dev.semantica.pages;
