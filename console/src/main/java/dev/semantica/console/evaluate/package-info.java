/** The command that judges variations. */
package dev.semantica.console.evaluate;
