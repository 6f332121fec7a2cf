/**
 * Objects outside of Kafka: bytes that are too large for a topic, and datasets. {@link dev.semantica.store.ObjectStore}
 * is the port, {@link dev.semantica.store.ObjectStores} opens it on {@code file:} and {@code s3:} URIs, and
 * {@link dev.semantica.store.HttpReader} reads {@code http:} and {@code https:} ones.
 */
package dev.semantica.store;
