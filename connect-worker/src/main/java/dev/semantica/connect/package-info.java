/** A Kafka Connect worker that is configured from its environment. */
package dev.semantica.connect;
