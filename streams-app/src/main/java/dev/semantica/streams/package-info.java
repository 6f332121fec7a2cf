/** The Kafka Streams topology: batching by request, results, status. Knows records, never a GPU. */
package dev.semantica.streams;
