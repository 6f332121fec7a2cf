/** What all commands share with the person at the terminal: options, progress, exit codes. */
package dev.semantica.console.terminal;
