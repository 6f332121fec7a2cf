package dev.semantica.sampler.worker;

import dev.semantica.sampler.queue.Delivery;
import dev.semantica.schemas.RegistryWait;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.Topics;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Results on Kafka. They wait for the registry: to sample a batch again would take as long, and a batch is not delivered
 * again for ever.
 */
final class KafkaResults implements Results {

    private final Topics topics;
    private final Serializer<SamplerResult> serializer;
    private final Producer<byte[], byte[]> producer;

    KafkaResults(Topics topics, RegistryWait registry, Producer<byte[], byte[]> producer) {
        this.topics = topics;
        this.serializer = registry.writing(topics.samplerResults().valueSerde().serializer());
        this.producer = producer;
    }

    @Override
    public CompletionStage<Void> publish(int partition, SamplerResult result, Context trace) {
        String topic = topics.samplerResults().name();
        return send(() -> {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    topic,
                    partition,
                    result.getImageId().getBytes(StandardCharsets.UTF_8),
                    serializer.serialize(topic, result));
            W3CTraceContextPropagator.getInstance()
                    .inject(
                            trace,
                            record.headers(),
                            (headers, name, value) -> headers.add(name, value.getBytes(StandardCharsets.US_ASCII)));
            return record;
        });
    }

    @Override
    public CompletionStage<Void> deadLetter(Delivery delivery, RuntimeException reason) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(topics.deadLetters(), null, delivery.key(), delivery.value(), delivery.headers());
        Headers headers = letter.headers();
        StringWriter stackTrace = new StringWriter();
        reason.printStackTrace(new PrintWriter(stackTrace));
        add(headers, "exception", reason.getClass().getName());
        add(headers, "stacktrace", stackTrace.toString());
        add(headers, "message", String.valueOf(reason.getMessage()));
        add(headers, "topic", delivery.topic());
        add(headers, "partition", Integer.toString(delivery.partition()));
        add(headers, "offset", Long.toString(delivery.offset()));
        return send(() -> letter);
    }

    /** Whatever goes wrong, at once or later, fails the stage. */
    private CompletionStage<Void> send(Supplier<ProducerRecord<byte[], byte[]>> record) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        try {
            var unused = producer.send(record.get(), (metadata, failure) -> {
                if (failure == null) {
                    durable.complete(null);
                } else {
                    durable.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            durable.completeExceptionally(e);
        }
        return durable;
    }

    /** The headers that Kafka Streams puts on dead letters (KIP-1034). */
    private static void add(Headers headers, String name, String value) {
        headers.add("__streams.errors." + name, value.getBytes(StandardCharsets.UTF_8));
    }
}
