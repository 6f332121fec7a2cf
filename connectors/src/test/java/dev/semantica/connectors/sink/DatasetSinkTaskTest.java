package dev.semantica.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.connectors.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetSinkTaskTest {

    private static final String STEM = "out.variations-00000-";

    @TempDir
    Path temporary;

    private Path dataset;
    private Path spool;

    @BeforeEach
    void folders() throws IOException {
        dataset = temporary.resolve("dataset");
        spool = Files.createDirectory(temporary.resolve("spool"));
    }

    private SinkRun run(String format, String... more) {
        SinkRun run = new SinkRun(dataset.toString(), more);
        run.set("dataset.format", format);
        run.set("spool.directory", spool.toString());
        return run;
    }

    private static String stem(long from) {
        return STEM + String.format("%020d", from);
    }

    private static void fill(SinkRun run, int count) {
        for (int i = 0; i < count; i++) {
            run.add(Records.variation("image-" + run.topic.size(), 0, "label " + i % 3));
        }
    }

    private static List<String> images(int count) {
        return IntStream.range(0, count).mapToObj(i -> "image-" + i).toList();
    }

    @Test
    void onlyWhatIsVisibleIsCommitted() throws IOException {
        SinkRun run = run("imagefolder", "rotate.records", "4");
        fill(run, 10);
        run.restart();
        run.put(3);
        assertThat(run.commit()).isZero();
        assertThat(dataset).doesNotExist();
        run.putAll();
        assertThat(run.commit()).isEqualTo(8);
        assertThat(Dataset.sources(dataset)).isEqualTo(images(8));
        assertThat(Dataset.files(dataset)).contains(stem(0) + "/metadata.jsonl", stem(4) + "/out_variations-0-7.png");
        run.stop();
        assertThat(Dataset.files(spool)).isEmpty();
    }

    @Test
    void timeCompletesAChunk() throws IOException {
        SinkRun run = run("imagefolder", "rotate.interval.ms", "60000");
        fill(run, 3);
        run.restart();
        run.put(1);
        assertThat(run.timeout).isEqualTo(60_000);
        run.clock.advance(Duration.ofMillis(59_999));
        run.put(1);
        assertThat(run.timeout).isEqualTo(1);
        assertThat(run.commit()).isZero();
        run.clock.advance(Duration.ofMillis(1));
        run.put(0);
        assertThat(run.commit()).isEqualTo(2);
        assertThat(Dataset.sources(dataset)).isEqualTo(images(2));
    }

    @Test
    void theRecordsTimeCompletesAChunk() throws IOException {
        SinkRun run = run("imagefolder", "rotate.interval.ms", "3000", "rotate.clock", "record");
        fill(run, 7);
        run.restart();
        run.clock.advance(Duration.ofDays(1));
        run.putAll();
        assertThat(run.commit()).isEqualTo(6);
        assertThat(Dataset.files(dataset)).contains(stem(0) + "/metadata.jsonl", stem(3) + "/metadata.jsonl");
    }

    @Test
    void bytesCompleteAChunk() {
        SinkRun run = run("webdataset", "rotate.bytes", "100");
        for (int i = 0; i < 5; i++) {
            run.add(Records.variation("i", i, null, Records.inline("x".repeat(32))));
        }
        run.restart();
        run.putAll();
        assertThat(run.commit()).isEqualTo(3);
        assertThat(Dataset.files(dataset)).containsExactly(stem(0) + ".tar");
    }

    @Test
    void foldersAreLabelsOrRequests() {
        SinkRun run = run("parquet", "rotate.records", "3", "dataset.partition.by", "label");
        run.add(Records.variation("a", 0, "grey bird/small"));
        run.add(Records.variation("b", 0, null));
        run.add(Records.variation("c", 0, "..")); // No label leads out of the dataset.
        run.restart();
        run.putAll();
        assertThat(Dataset.files(dataset))
                .containsExactlyInAnyOrder(
                        "grey%20bird%2Fsmall/" + stem(0) + ".parquet",
                        "%00/" + stem(0) + ".parquet",
                        "%2E./" + stem(0) + ".parquet");
    }

    @Test
    void aReplayReplacesWhatItRepeats() throws Exception {
        for (String format : List.of("imagefolder", "webdataset", "parquet")) {
            dataset = temporary.resolve(format);
            SinkRun run = run(format, "dataset.partition.by", "label", "rotate.interval.ms", "1000");
            fill(run, 10);
            run.restart();
            run.put(7);
            run.clock.advance(Duration.ofSeconds(2));
            run.put(0);
            Map<String, String> before = digests();
            // The worker dies before the commit; the next one gets other batches at other times.
            run.restart();
            run.put(2);
            run.clock.advance(Duration.ofSeconds(5));
            run.put(8);
            assertThat(digests()).isEqualTo(before);
            assertThat(run.commit()).isEqualTo(7);
            run.clock.advance(Duration.ofSeconds(5));
            run.put(0);
            assertThat(run.commit()).isEqualTo(10);
            assertThat(digests()).containsAllEntriesOf(before);
        }
    }

    private Map<String, String> digests() throws Exception {
        Map<String, String> digests = new HashMap<>();
        for (String file : Dataset.files(dataset)) {
            digests.put(file, DigestUtils.sha256Hex(Files.readAllBytes(dataset.resolve(file))));
        }
        return digests;
    }

    @Test
    void whenEverythingFailsAtAnyMomentEachVariationIsThereOnce() throws IOException {
        long seed = Long.getLong("semantica.seed", 20261123L);
        Random random = new Random(seed);
        SinkRun run = run("imagefolder", "dataset.partition.by", "label", "rotate.interval.ms", "1000");
        run.set("rotate.records", "7");
        run.set("retry.backoff.ms", "1");
        fill(run, 120);
        run.restart();
        int steps = 0;
        while (run.commit() < 117) {
            assertThat(steps++).as("seed " + seed).isLessThan(20_000);
            switch (random.nextInt(8)) {
                case 0 -> run.restart();
                case 1 -> run.clock.advance(Duration.ofMillis(random.nextInt(1500)));
                case 2 -> blocked(run, random);
                case 3 -> run.put(0);
                default -> run.put(Math.min(random.nextInt(6), remaining(run)));
            }
            assertThat(Dataset.sources(dataset)).as("seed " + seed).doesNotHaveDuplicates();
        }
        assertThat(Dataset.sources(dataset)).as("seed " + seed).containsAll(images((int) run.committed));
    }

    private static int remaining(SinkRun run) {
        return run.topic.size() - (int) run.position();
    }

    /** The dataset can be neither read nor written for a while: a link that leads to itself stands in its place. */
    private void blocked(SinkRun run, Random random) throws IOException {
        if (!Files.isDirectory(dataset)) {
            return;
        }
        Path away = temporary.resolve("away");
        Files.move(dataset, away);
        Files.createSymbolicLink(dataset, dataset);
        try {
            run.put(Math.min(random.nextInt(10), remaining(run)));
        } catch (RetriableException e) {
            assertThat(run.timeout).isEqualTo(1);
        } finally {
            Files.delete(dataset);
            Files.move(away, dataset);
        }
    }

    @Test
    void aBadRecordGoesToTheDeadLetters() throws IOException {
        SinkRun run = run("imagefolder", "rotate.records", "2");
        run.add(Records.variation("image-0", 0, null));
        run.add("no variation", 0);
        run.add(null, 0);
        run.add(Records.variation("image-1", 0, null, Records.reference("file:///etc/passwd", Records.DIGEST)));
        run.add(Records.variation("image-1", 0, null));
        run.restart();
        assertThatThrownBy(run::putAll)
                .isInstanceOf(DataException.class)
                .hasMessageContaining("out.variations-0@1")
                .hasMessageContaining("java.lang.String");
        run.tolerant = true;
        run.restart();
        run.putAll();
        assertThat(run.reported).extracting(record -> record.kafkaOffset()).containsExactly(1L, 2L, 3L);
        assertThat(run.commit()).isEqualTo(5);
        assertThat(Dataset.sources(dataset)).isEqualTo(images(2));
    }

    @Test
    void imagesAreFetchedFromWhereItIsAllowed() throws Exception {
        Path store = Files.createDirectory(temporary.resolve("store"));
        byte[] bytes = Records.png("kept outside");
        Path image = Files.write(store.resolve("a b.png"), bytes);
        String sha256 = DigestUtils.sha256Hex(bytes);
        String allowed = store.toUri().toString();
        SinkRun run = run("imagefolder", "rotate.records", "1", "reference.allowed", allowed);
        run.tolerant = true;
        run.add(Records.variation(
                "image-0", 0, null, Records.reference(image.toUri().toString(), sha256)));
        run.add(Records.variation(
                "image-1", 0, null, Records.reference(image.toUri().toString(), Records.DIGEST)));
        run.add(Records.variation("image-2", 0, null, Records.reference(allowed + "absent.png", sha256)));
        run.add(Records.variation("image-3", 0, null, Records.reference(allowed + "../store/a%20b.png", sha256)));
        run.add(Records.variation("image-4", 0, null, Records.reference("a%20b.png", sha256)));
        run.restart();
        run.putAll();
        assertThat(run.reported).extracting(record -> record.kafkaOffset()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(Files.readAllBytes(dataset.resolve(stem(0) + "/out_variations-0-0.png")))
                .isEqualTo(bytes);
    }

    @Test
    void aChunkIsFinishedAsItWasBegun() {
        SinkRun run = run("parquet", "rotate.records", "2");
        fill(run, 2);
        run.restart();
        run.putAll();
        run.set("dataset.format", "webdataset");
        run.restart();
        assertThatThrownBy(run::putAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("parquet/none")
                .hasMessageContaining("webdataset/none");
    }

    @Test
    void offsetsInTheMiddleOfAChunkCannotBeSet() {
        SinkRun run = run("parquet", "rotate.records", "5");
        fill(run, 10);
        run.restart();
        run.putAll();
        DatasetSinkConnector connector = new DatasetSinkConnector();
        Map<String, String> settings = Map.of("dataset.location", dataset.toString());
        for (Long allowed : new Long[] {null, 0L, 5L, 10L, 11L}) {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            offsets.put(SinkRun.PARTITION, allowed);
            assertThat(connector.alterOffsets(settings, offsets)).isTrue();
        }
        assertThatThrownBy(() -> connector.alterOffsets(settings, Map.of(SinkRun.PARTITION, 7L)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("from 5 to 9");
    }
}
