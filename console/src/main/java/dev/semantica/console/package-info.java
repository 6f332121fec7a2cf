/** The {@code semantica} command. */
package dev.semantica.console;
