package dev.semantica.streams;

import java.util.Map;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;

/**
 * Stops the thread at a record that cannot be written, as Kafka does by default, but without a dead letter: its transaction
 * is given up with it, and one for a record that a timer made has no timestamp, an error that hid the cause (Kafka 4.3).
 */
public final class UnwritableRecordHandler extends DefaultProductionExceptionHandler {

    @Override
    public void configure(Map<String, ?> configs) {
        // Kafka's own looks for nothing but the topic of the dead letters.
    }
}
