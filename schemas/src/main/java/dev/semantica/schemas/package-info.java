/** Avro contracts (generated), topics as typed values, serdes. No behaviour. */
package dev.semantica.schemas;
