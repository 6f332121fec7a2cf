package dev.semantica.streams;

import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/**
 * Sends unreadable records to the dead letters, but stops the thread while the schema registry cannot be reached: a
 * good record must not be given up for that.
 */
public final class PoisonRecordHandler extends LogAndContinueExceptionHandler {

    @Override
    public Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException || isUnreachable(cause)) {
                return Response.fail();
            }
        }
        return super.handleError(context, record, exception);
    }

    /** The registry client reports an unreachable registry as an IOException of the network. */
    private static boolean isUnreachable(Throwable cause) {
        return cause instanceof IOException && cause.getClass().getPackageName().startsWith("java.net");
    }
}
