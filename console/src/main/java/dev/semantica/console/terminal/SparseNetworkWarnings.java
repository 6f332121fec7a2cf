package dev.semantica.console.terminal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Lets one warning of Kafka's network client through in a while: it warns every second, for every client, as long as a
 * broker is away.
 */
public final class SparseNetworkWarnings extends Filter<ILoggingEvent> {

    private static final String NETWORK_CLIENT = "org.apache.kafka.clients.NetworkClient";
    private static final long PAUSE_MILLIS = 30_000;

    private long quietUntil;

    @Override
    public synchronized FilterReply decide(ILoggingEvent event) {
        if (!event.getLoggerName().equals(NETWORK_CLIENT)) {
            return FilterReply.NEUTRAL;
        }
        if (event.getTimeStamp() < quietUntil) {
            return FilterReply.DENY;
        }
        quietUntil = event.getTimeStamp() + PAUSE_MILLIS;
        return FilterReply.NEUTRAL;
    }
}
