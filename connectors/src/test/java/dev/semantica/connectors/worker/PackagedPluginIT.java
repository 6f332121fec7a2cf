package dev.semantica.connectors.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.connectors.Await;
import dev.semantica.connectors.Examples;
import dev.semantica.connectors.Records;
import dev.semantica.connectors.sink.Dataset;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.Variation;
import dev.semantica.testsupport.StandInRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed plug-in in worker processes that are killed. */
class PackagedPluginIT {

    @TempDir
    Path temporary;

    private Cluster cluster;
    private StandInRegistry registry;
    private AvroSerdes serdes;

    @BeforeEach
    void startCluster() throws IOException {
        cluster = new Cluster(temporary.resolve("broker"));
        registry = new StandInRegistry();
        serdes = new AvroSerdes(Map.of("schema.registry.url", registry.url()));
    }

    @AfterEach
    void stopCluster() {
        registry.close();
        cluster.close();
    }

    private WorkerProcess worker(String name, Map<String, String> connector) throws IOException {
        Map<String, String> named = new HashMap<>(connector);
        named.put("name", name);
        return new WorkerProcess(
                temporary.resolve(name),
                Map.of(
                        "bootstrap.servers", cluster.bootstrapServers(),
                        "offset.flush.interval.ms", "200",
                        "key.converter", "org.apache.kafka.connect.storage.StringConverter",
                        "value.converter", "dev.semantica.connectors.contract.ContractConverter",
                        "value.converter.schema.registry.url", registry.url(),
                        // The group notices a killed worker after this.
                        "consumer.session.timeout.ms", "6000",
                        "consumer.heartbeat.interval.ms", "1000",
                        "consumer.auto.offset.reset", "earliest"),
                named);
    }

    private static void await(WorkerProcess worker, String what, Await.Condition condition) throws IOException {
        try {
            Await.until(what, () -> {
                if (!worker.alive()) {
                    throw new AssertionError("The worker ended");
                }
                return condition.holds();
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + worker.said(), e);
        }
    }

    @Test
    void aKilledSourceLosesNothingAndNamesRepetitionsAlike() throws Exception {
        cluster.createTopic("image-events", 3);
        cluster.createTopic("bad-images", 1);
        Path images = Files.createDirectory(temporary.resolve("images"));
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 60; i++) {
            names.add(i + ".png");
            Files.write(images.resolve(i + ".png"), Records.png("image ".repeat(i)));
        }
        Map<String, String> config = Examples.with("bird-images", Map.of("images.location", images.toString()));
        config.putAll(Map.of("images.settle.ms", "0", "rate.limit.per.second", "40", "batch.max.images", "5"));
        try (WorkerProcess worker = worker("killed-source", config)) {
            worker.start();
            await(worker, "some are sent", () -> cluster.records("image-events").size() > 10);
            worker.kill();
            worker.start();
            await(worker, "all are sent", () -> paths().containsAll(names));
        }
        List<ImageEvent> events =
                cluster.values("image-events", serdes.of(ImageEvent.class).deserializer());
        // A repetition is the same record, which the topology drops.
        assertThat(Set.copyOf(events)).hasSize(names.size());
        assertThat(events.size()).isLessThan(2 * names.size());
    }

    private Set<String> paths() {
        return cluster.values("image-events", serdes.of(ImageEvent.class).deserializer()).stream()
                .map(event -> event.getAttributes().get("path"))
                .collect(Collectors.toSet());
    }

    @Test
    void aKilledSinkHasEachVariationOnce() throws Exception {
        cluster.createTopic("variations", 2);
        cluster.createTopic("bad-variations", 1);
        Path dataset = temporary.resolve("dataset");
        Map<String, String> config = Examples.with(
                "variations-imagefolder",
                Map.of("dataset.location", dataset.toString(), "rotate.records", "4", "rotate.interval.ms", "500"));
        config.put("errors.deadletterqueue.topic.replication.factor", "1");
        try (WorkerProcess worker = worker("killed-sink", config)) {
            send(0, 40);
            worker.start();
            await(worker, "some are visible", () -> Dataset.files(dataset).size() > 5);
            worker.kill();
            assertThat(Dataset.sources(dataset)).doesNotHaveDuplicates();
            send(40, 50);
            worker.start();
            await(worker, "all are visible", () -> Dataset.sources(dataset).size() >= 50);
        }
        List<String> all = IntStream.range(0, 50).mapToObj(i -> "image-" + i).toList();
        assertThat(Dataset.sources(dataset)).containsExactlyInAnyOrderElementsOf(all);
    }

    private void send(int from, int to) {
        cluster.send(
                "variations",
                2,
                IntStream.range(from, to)
                        .mapToObj(i -> serdes.of(Variation.class)
                                .serializer()
                                .serialize("variations", Records.variation("image-" + i, 0, "label-" + i % 2)))
                        .toList());
    }
}
