/** {@code semantica train}. */
package dev.semantica.console.train;
