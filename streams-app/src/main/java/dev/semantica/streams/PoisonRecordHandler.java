package dev.semantica.streams;

import dev.semantica.schemas.AvroSerdes;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/**
 * Sends unreadable records to the dead letters, but stops the thread while the schema registry cannot be reached: a
 * good record must not be given up for that. Those of a global store's topic are passed over with a warning and stay in
 * their topic: the thread that reads it produces nothing, and dies in trying (Kafka 4.3).
 */
public final class PoisonRecordHandler extends LogAndContinueExceptionHandler {

    /** Configuration key: the topic of the global store. */
    static final String GLOBAL_TOPIC = "semantica.global.topic";

    private String globalTopic;
    private DeadLetters deadLetters;

    @Override
    public void configure(Map<String, ?> configs) {
        super.configure(configs);
        deadLetters = new DeadLetters(configs);
        globalTopic = (String) configs.get(GLOBAL_TOPIC);
    }

    @Override
    public Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
        if (AvroSerdes.isOutage(exception)) {
            return Response.fail();
        }
        Response response = super.handleError(context, record, exception);
        return record.topic().equals(globalTopic)
                ? Response.resume()
                : Response.resume(deadLetters.fitting(response.deadLetterQueueRecords()));
    }
}
