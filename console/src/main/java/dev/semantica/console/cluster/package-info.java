/** The cluster that a command works on: an existing one, or one embedded in this process. */
package dev.semantica.console.cluster;
