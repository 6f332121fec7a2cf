/** A Kafka broker in this process: one KRaft node on the loopback interface. */
package dev.semantica.broker;
