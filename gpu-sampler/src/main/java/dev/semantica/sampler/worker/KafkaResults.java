package dev.semantica.sampler.worker;

import dev.semantica.sampler.queue.Delivery;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** Results on Kafka. For one thread. */
final class KafkaResults implements Results {

    private final Topics topics;
    private final Producer<byte[], byte[]> producer;
    private final List<Future<?>> sent = new ArrayList<>();

    KafkaResults(Topics topics, Producer<byte[], byte[]> producer) {
        this.topics = topics;
        this.producer = producer;
    }

    @Override
    public void publish(int partition, SamplerResult result) {
        String topic = topics.samplerResults().name();
        sent.add(producer.send(new ProducerRecord<>(
                topic,
                partition,
                result.getImageId().getBytes(StandardCharsets.UTF_8),
                topics.samplerResults().valueSerde().serializer().serialize(topic, result))));
    }

    @Override
    public void deadLetter(Delivery delivery, RuntimeException reason) {
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
        sent.add(producer.send(letter));
    }

    @Override
    public void flush() throws UnpublishedException {
        producer.flush();
        try {
            for (Future<?> future : sent) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new UnpublishedException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnpublishedException(e);
        } finally {
            sent.clear();
        }
    }

    /** The headers that Kafka Streams puts on dead letters (KIP-1034). */
    private static void add(Headers headers, String name, String value) {
        headers.add("__streams.errors." + name, value.getBytes(StandardCharsets.UTF_8));
    }
}
