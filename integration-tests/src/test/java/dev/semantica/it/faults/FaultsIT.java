package dev.semantica.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Topics;
import dev.semantica.schemas.Variation;
import dev.semantica.schemas.VariationFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Events come at a steady rate while at random moments a worker, the topology, a broker of three, the registry or the
 * object store is killed, halted or cut off for a while. {@code -Dsemantica.faults.minutes=30} is the nightly run;
 * {@code -Dsemantica.seed=N} replays the faults of one.
 */
class FaultsIT {

    private static final int IMAGES = 10;
    private static final int VARIATIONS = 2;
    private static final Duration BETWEEN_EVENTS = Duration.ofSeconds(1);
    private static final Set<RequestState> ENDS =
            Set.of(RequestState.COMPLETED, RequestState.PARTIAL, RequestState.FAILED);
    private static final Duration SETTLING = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    private final Map<String, RequestStatus> statuses = new HashMap<>();
    private final Map<String, Integer> variations = new HashMap<>();
    private final List<String> digests = new ArrayList<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final List<String> deadLetters = new ArrayList<>();
    private final Queue<Exception> unsent = new ConcurrentLinkedQueue<>();

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void everyVariationArrivesOnceWhateverFails() throws Exception {
        Duration time = Duration.ofSeconds(
                Math.round(60 * Double.parseDouble(System.getProperty("semantica.faults.minutes", "3"))));
        long seed = Long.getLong("semantica.seed", System.nanoTime());
        System.err.println("semantica.seed=" + seed);
        try (Site site = new Site(directory)) {
            try {
                int requests = disturb(site, new Random(seed), time);
                settle(site, requests);
                check(requests);
                checkDataset(site);
            } catch (Throwable e) {
                throw new AssertionError("semantica.seed=" + seed + ": " + e.getMessage() + "\n" + site.logs(), e);
            }
        }
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .as("processes that are left")
                .isEmpty();
    }

    /** Sends events all the time and lets one thing after the other fail; says how many requests it sent. */
    private int disturb(Site site, Random random, Duration time) throws Exception {
        Faults faults = new Faults(site, random);
        long end = System.nanoTime() + time.toNanos();
        int sent = 0;
        try (KafkaProducer<String, byte[]> producer = producer(site)) {
            byte[] picture = Files.readAllBytes(
                    Path.of(System.getProperty("semantica.root"), "models", "pages-lab", "examples", "house.png"));
            Topics topics = site.topics();
            long next = System.nanoTime();
            // The last request is whole, whatever the time.
            while (System.nanoTime() < end || sent % IMAGES != 0) {
                ImageEvent event = event(sent / IMAGES, sent % IMAGES, picture);
                String topic = topics.imageEvents().name();
                byte[] value = topics.imageEvents().valueSerde().serializer().serialize(topic, event);
                var unused = producer.send(new ProducerRecord<>(topic, event.getImageId(), value), (metadata, e) -> {
                    if (e != null) {
                        unsent.add(e);
                    }
                });
                sent++;
                next += BETWEEN_EVENTS.toNanos();
                while (System.nanoTime() < next) {
                    faults.goOn();
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
            }
            faults.end();
        }
        System.err.println(sent + " events, " + faults.count() + " faults");
        assertThat(unsent).as("events that no broker took").isEmpty();
        assertThat(faults.count()).as("faults").isGreaterThanOrEqualTo((int) time.toMinutes());
        return sent / IMAGES;
    }

    private static ImageEvent event(int request, int image, byte[] picture) {
        return ImageEvent.newBuilder()
                .setRequestId("request-" + request)
                .setRequestImages(IMAGES)
                .setImageId("image-" + image)
                .setImage(new InlineImage(ByteBuffer.wrap(picture), null))
                .setOptions(SamplingOptions.newBuilder()
                        .setCount(VARIATIONS)
                        .setSeed((long) request * IMAGES + image)
                        .setSteps(1)
                        .setGuidanceScale(1.0)
                        .build())
                .build();
    }

    private static KafkaProducer<String, byte[]> producer(Site site) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", site.bootstrapServers(),
                        "acks", "all",
                        "request.timeout.ms", 5000,
                        "delivery.timeout.ms", 300_000,
                        "max.block.ms", 120_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Reads until every request has ended. */
    private void settle(Site site, int requests) throws Exception {
        Topics topics = site.topics();
        long deadline = System.nanoTime() + SETTLING.toNanos();
        try (KafkaConsumer<String, byte[]> reader = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        site.bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        "request.timeout.ms",
                        5000),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = Stream.of(
                            topics.requestStatus().name(),
                            topics.variations().name(),
                            topics.variationFailures().name(),
                            topics.deadLetters())
                    .flatMap(topic -> reader.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            while (ended() < requests || !atEnd(reader)) {
                site.restartEnded();
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(unended(site, requests));
                }
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                    take(topics, record);
                }
            }
        }
    }

    /** What there is of the requests that have not ended, and what waits in the queue: where to look for what is lost. */
    private String unended(Site site, int requests) throws Exception {
        StringBuilder all = new StringBuilder("time; " + ended() + " of " + requests + " requests have ended\n");
        for (int i = 0; i < requests; i++) {
            String request = "request-" + i;
            RequestStatus status = statuses.get(request);
            if (status != null && ENDS.contains(status.getState())) {
                continue;
            }
            all.append(request).append(": ").append(status).append("; variations");
            variations.keySet().stream()
                    .filter(variation -> variation.startsWith(request + "/"))
                    .sorted()
                    .forEach(variation -> all.append(' ').append(variation.substring(request.length() + 1)));
            all.append('\n');
        }
        return all.append("queue: ").append(site.queue()).append('\n').toString();
    }

    private static boolean atEnd(KafkaConsumer<String, byte[]> reader) {
        return reader.endOffsets(reader.assignment()).entrySet().stream()
                .allMatch(end -> reader.position(end.getKey()) >= end.getValue());
    }

    private long ended() {
        return statuses.values().stream()
                .filter(status -> ENDS.contains(status.getState()))
                .count();
    }

    private void take(Topics topics, ConsumerRecord<String, byte[]> record) {
        String topic = record.topic();
        if (topic.equals(topics.requestStatus().name())) {
            RequestStatus status =
                    topics.requestStatus().valueSerde().deserializer().deserialize(topic, record.value());
            statuses.put(status.getRequestId(), status);
        } else if (topic.equals(topics.variations().name())) {
            Variation made = topics.variations().valueSerde().deserializer().deserialize(topic, record.value());
            variations.merge(made.getRequestId() + "/" + made.getImageId() + "#" + made.getIndex(), 1, Integer::sum);
            digests.add(((ImageReference) made.getImage()).getSha256());
        } else if (topic.equals(topics.deadLetters())) {
            String letter = Stream.of(record.headers().toArray())
                    .filter(header -> header.value() != null)
                    .map(header -> header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining(", ", record.key() + ": ", ""));
            deadLetters.add(letter);
            System.err.println("dead letter " + letter);
        } else {
            VariationFailure failed =
                    topics.variationFailures().valueSerde().deserializer().deserialize(topic, record.value());
            failures.merge(failed.getRequestId(), failed.getVariations(), Integer::sum);
            System.err.println(failed.getRequestId() + ": " + failed.getReason() + " " + failed.getMessage());
        }
    }

    private void check(int requests) {
        assertThat(deadLetters).as("dead letters").isEmpty();
        assertThat(variations.values()).as("how often each variation is there").containsOnly(1);
        assertThat(statuses).hasSize(requests);
        statuses.forEach((request, status) -> {
            long made = variations.keySet().stream()
                    .filter(variation -> variation.startsWith(request + "/"))
                    .count();
            assertThat(status.getImages()).as(request).isEqualTo(IMAGES);
            assertThat(status.getImagesEnded()).as(request).isEqualTo(IMAGES);
            assertThat(status.getVariationsMade()).as(request).isEqualTo(made);
            assertThat(status.getVariationsFailed()).as(request).isEqualTo((long) failures.getOrDefault(request, 0));
            assertThat(made + status.getVariationsFailed()).as(request).isEqualTo((long) IMAGES * VARIATIONS);
        });
        assertThat(failures)
                .as("nothing was out of reach for longer than is waited")
                .isEmpty();
    }

    /** The sink's folder holds the topic's pictures, each once. */
    private void checkDataset(Site site) throws Exception {
        List<String> wanted = digests.stream().sorted().toList();
        long deadline = System.nanoTime() + SETTLING.toNanos();
        List<String> found = pictures(site.dataset());
        while (found.size() < wanted.size()) {
            site.restartEnded();
            assertThat(System.nanoTime())
                    .as("time; the sink has %d of %d pictures", found.size(), wanted.size())
                    .isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            found = pictures(site.dataset());
        }
        assertThat(found).isEqualTo(wanted);
    }

    private static List<String> pictures(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> file.getFileName().toString().endsWith(".png"))
                    .filter(file -> Files.exists(file.resolveSibling("metadata.jsonl")))
                    .toList();
        }
        List<String> digests = new ArrayList<>();
        for (Path file : files) {
            digests.add(DigestUtils.sha256Hex(Files.readAllBytes(file)));
        }
        return digests.stream().sorted().toList();
    }
}
