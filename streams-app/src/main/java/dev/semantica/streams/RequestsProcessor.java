package dev.semantica.streams;

import dev.semantica.schemas.RequestStatus;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Keeps every instance's view of all requests. */
final class RequestsProcessor implements Processor<String, RequestStatus, Void, Void> {

    private KeyValueStore<String, RequestStatus> requests;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        requests = context.getStateStore(Stores.REQUESTS);
    }

    @Override
    public void process(Record<String, RequestStatus> record) {
        requests.put(record.key(), record.value());
    }
}
