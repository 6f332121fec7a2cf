package dev.semantica.streams;

import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Keeps every instance's view of the requests that were cancelled. */
final class CancelledProcessor implements Processor<String, RequestStatus, Void, Void> {

    private static final byte[] YES = {};

    private KeyValueStore<String, byte[]> cancelled;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        cancelled = context.getStateStore(Stores.CANCELLED);
    }

    @Override
    public void process(Record<String, RequestStatus> record) {
        RequestStatus status = record.value();
        boolean is = status != null && status.getState() == RequestState.CANCELLED;
        cancelled.put(record.key(), is ? YES : null);
    }
}
