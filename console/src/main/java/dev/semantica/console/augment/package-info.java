/** {@code semantica augment}: pictures in, a dataset folder of their variations out. */
package dev.semantica.console.augment;
