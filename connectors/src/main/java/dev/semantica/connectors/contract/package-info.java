/**
 * The records of module {@code schemas} as Kafka Connect data, and a converter for them. {@link
 * dev.semantica.connectors.contract.Contract} is the door.
 */
package dev.semantica.connectors.contract;
