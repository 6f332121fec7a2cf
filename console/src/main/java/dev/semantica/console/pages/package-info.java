/** {@code semantica pages}: pages to train and to evaluate with. */
package dev.semantica.console.pages;
