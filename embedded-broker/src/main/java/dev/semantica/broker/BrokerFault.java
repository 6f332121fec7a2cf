package dev.semantica.broker;

/**
 * Something that went wrong inside a running node and that a stand-alone broker would log or die of.
 *
 * @param component the part of the node, for example {@code quorum controller}
 * @param fatal whether a stand-alone broker would have halted its JVM; the node then needs a restart
 * @param message what happened
 * @param cause the exception behind it, or null
 */
public record BrokerFault(String component, boolean fatal, String message, Throwable cause) {}
