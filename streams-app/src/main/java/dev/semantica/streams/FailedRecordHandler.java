package dev.semantica.streams;

import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sends records that mean nothing to the dead letters, but stops the thread where no record is to blame: what Kafka throws
 * is about stores, brokers or a schema registry that is away, and a timer has no record. Going on would commit what was
 * done up to there, and lose the rest; so the transaction is given up, and the next thread does it all again.
 */
public final class FailedRecordHandler extends LogAndContinueProcessingExceptionHandler {

    private DeadLetters deadLetters;

    @Override
    public void configure(Map<String, ?> configs) {
        super.configure(configs);
        deadLetters = new DeadLetters(configs);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
        boolean ofTimer = context.topic() == null;
        return ofTimer || exception instanceof KafkaException
                ? Response.fail()
                : Response.resume(deadLetters.fitting(
                        super.handleError(context, record, exception).deadLetterQueueRecords()));
    }
}
