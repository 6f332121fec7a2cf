/** {@code semantica dlq}: records that could not be read or processed, seen and sent again. */
package dev.semantica.console.deadletters;
