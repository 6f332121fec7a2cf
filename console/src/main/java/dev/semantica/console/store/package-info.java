/** Looking after the stores that images are checked into. */
package dev.semantica.console.store;
