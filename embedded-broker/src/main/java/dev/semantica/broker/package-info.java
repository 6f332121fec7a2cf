/**
 * A Kafka node in this JVM: {@link dev.semantica.broker.EmbeddedBroker} runs a combined KRaft controller and broker
 * on the loopback interface over a data directory, tuned for a small heap and a quick start.
 */
package dev.semantica.broker;
