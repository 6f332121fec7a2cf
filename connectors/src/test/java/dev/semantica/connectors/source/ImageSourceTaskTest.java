package dev.semantica.connectors.source;

import static dev.semantica.connectors.Records.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Priority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSourceTaskTest {

    @TempDir
    Path folder;

    private Path write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    @Test
    void theLocationMayBeALink() throws Exception {
        write("real/a.png", png("a"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        try (SourceRun run = new SourceRun(link.toString())) {
            run.start(1);
            assertThat(paths(run.settled())).containsExactly("a.png");
        }
    }

    private static List<String> paths(List<ImageEvent> events) {
        return events.stream()
                .map(event -> event.getAttributes().get("path"))
                .sorted()
                .toList();
    }

    @Test
    void sendsWhatTheConfigurationSays() throws Exception {
        byte[] bytes = png("a");
        write("birds/grey/a.png", bytes);
        write("birds/readme.txt", bytes);
        write(".hidden/b.png", bytes);
        String[] wanted = {
            "topic", "events",
            "request.id", "r-1",
            "request.images", "9",
            "sampling.count", "5",
            "sampling.seed", "11",
            "sampling.guidance.scale", "2.5",
            "sampling.steps", "20",
            "sampling.scheduler", "euler",
            "sampling.bundle", "birds",
            "sampling.priority", "interactive"
        };
        try (SourceRun run = new SourceRun(folder.toString(), wanted)) {
            run.start(1);
            assertThat(run.records()).isEmpty();
            run.clock.advance(Duration.ofSeconds(5));
            List<SourceRecord> records = run.records();
            assertThat(records).hasSize(1);
            ImageEvent event = SourceRun.events(records).get(0);
            String sha256 = DigestUtils.sha256Hex(bytes);
            assertThat(records.get(0).topic()).isEqualTo("events");
            assertThat(records.get(0).key()).isEqualTo(event.getImageId());
            assertThat(event.getImageId()).isEqualTo("birds/grey/a.png#" + sha256.substring(0, 12));
            assertThat(event.getRequestId()).isEqualTo("r-1");
            assertThat(event.getRequestImages()).isEqualTo(9);
            assertThat(event.getLabel()).isEqualTo("birds/grey");
            assertThat(event.getPriority()).isEqualTo(Priority.INTERACTIVE);
            InlineImage image = (InlineImage) event.getImage();
            assertThat(image.getData().array()).isEqualTo(bytes);
            assertThat(image.getMediaType()).isEqualTo("image/png");
            assertThat(event.getOptions().getCount()).isEqualTo(5);
            assertThat(event.getOptions().getSeed()).isEqualTo(ImageEvents.seed(11, event.getImageId()));
            assertThat(event.getOptions().getGuidanceScale()).isEqualTo(2.5);
            assertThat(event.getOptions().getSteps()).isEqualTo(20);
            assertThat(event.getOptions().getScheduler()).isEqualTo("euler");
            assertThat(event.getOptions().getBundle()).isEqualTo("birds");
        }
    }

    @Test
    void aLargeFileGoesByReference() throws Exception {
        byte[] bytes = png("0123456789");
        Path file = write("große Bilder/a.png", bytes);
        write("small.png", png("0"));
        try (SourceRun run =
                new SourceRun(folder.toString(), "images.inline.max.bytes", "12", "request.scope", "folder")) {
            run.start(1);
            List<ImageEvent> events = run.settled();
            assertThat(events).hasSize(2);
            ImageReference reference = (ImageReference) events.get(0).getImage();
            assertThat(Path.of(java.net.URI.create(reference.getUri()))).isEqualTo(file);
            assertThat(reference.getSha256()).isEqualTo(DigestUtils.sha256Hex(bytes));
            assertThat(reference.getSize()).isEqualTo(bytes.length);
            assertThat(events.get(0).getRequestId()).isEqualTo("test-source/große Bilder");
            assertThat(events.get(1).getImage()).isInstanceOf(InlineImage.class);
            assertThat(events.get(1).getRequestId()).isEqualTo("test-source");
            assertThat(events.get(1).getLabel()).isNull();
        }
    }

    @Test
    void aFileIsTakenWhenItHasSettled() throws Exception {
        Path file = write("a.png", png("half"));
        try (SourceRun run = new SourceRun(folder.toString(), "images.settle.ms", "15000")) {
            run.start(1);
            assertThat(run.settled()).isEmpty();
            Files.write(file, png("half and half"));
            assertThat(run.settled()).isEmpty();
            run.clock.advance(Duration.ofSeconds(5));
            List<ImageEvent> events = SourceRun.events(run.records());
            assertThat(((InlineImage) events.get(0).getImage()).getData().array())
                    .isEqualTo(png("half and half"));
            assertThat(run.settled()).isEmpty();
        }
    }

    @Test
    void restartsAndRenamesSendNothingTwice() throws Exception {
        write("a/1.png", png("one"));
        write("a/2.png", png("two"));
        try (SourceRun run = new SourceRun(folder.toString())) {
            run.start(1);
            assertThat(run.settled()).hasSize(2);
            Files.move(folder.resolve("a"), folder.resolve("b"));
            assertThat(run.settled()).isEmpty();
            write("b/3.png", png("three"));
            Files.move(folder.resolve("b/1.png"), folder.resolve("b/0.png"));
            run.start(1);
            assertThat(paths(run.settled())).containsExactly("b/3.png");
            run.start(1);
            assertThat(run.settled()).isEmpty();
        }
    }

    @Test
    void aCopyIsAnotherImageAndNewContentToo() throws Exception {
        write("a.png", png("one"));
        try (SourceRun run = new SourceRun(folder.toString())) {
            run.start(1);
            assertThat(run.settled()).hasSize(1);
            write("copy.png", png("one"));
            assertThat(paths(run.settled())).containsExactly("copy.png");
            // Both renamed at once, after a restart: two files, two images, both known.
            Files.move(folder.resolve("a.png"), folder.resolve("x.png"));
            Files.move(folder.resolve("copy.png"), folder.resolve("y.png"));
            run.start(1);
            assertThat(run.settled()).isEmpty();
            write("x.png", png("new content"));
            assertThat(paths(run.settled())).containsExactly("x.png");
        }
    }

    @Test
    void aWorkerThatDiesSendsTheSameRecordsAgain() throws Exception {
        write("a.png", png("one"));
        write("b.png", png("two"));
        try (SourceRun run = new SourceRun(folder.toString(), "images.settle.ms", "0")) {
            run.start(1);
            List<SourceRecord> lost = run.uncommitted();
            run.start(1);
            List<SourceRecord> again = run.records();
            assertThat(again).hasSize(2).isEqualTo(lost);
        }
    }

    @Test
    void tasksShareTheFiles() throws Exception {
        for (int i = 0; i < 60; i++) {
            write("f" + i % 7 + "/" + i + ".png", png("x".repeat(i)));
        }
        try (SourceRun run = new SourceRun(folder.toString())) {
            run.start(4);
            assertThat(paths(run.settled())).hasSize(60).doesNotHaveDuplicates();
            // A rename keeps the task, and another number of tasks knows the same offsets.
            Files.move(folder.resolve("f0"), folder.resolve("g0"));
            assertThat(run.settled()).isEmpty();
            run.start(3);
            assertThat(run.settled()).isEmpty();
            for (int i = 0; i < 4; i++) {
                int index = i;
                long mine = java.util.stream.LongStream.range(0, 1000)
                        .filter(new ImageSourceConfig.Share(index, 4)::holds)
                        .count();
                assertThat(mine).isBetween(200L, 300L);
            }
        }
    }

    @Test
    void theRateIsLimited() throws Exception {
        for (int i = 0; i < 10; i++) {
            write(i + ".png", png("" + i));
        }
        String[] slow = {"rate.limit.per.second", "2", "images.settle.ms", "0"};
        try (SourceRun run = new SourceRun(folder.toString(), slow)) {
            run.start(1);
            assertThat(run.records()).hasSize(2);
            assertThat(run.lastPause()).isEqualTo(Duration.ofMillis(500));
            run.clock.advance(Duration.ofMillis(499));
            assertThat(run.records()).isEmpty();
            run.clock.advance(Duration.ofMillis(1));
            assertThat(run.records()).hasSize(1);
            run.clock.advance(Duration.ofHours(1));
            assertThat(run.records()).hasSize(2);
        }
    }

    @Test
    void labelsComeFromManifests() throws Exception {
        write("set/1.png", png("one"));
        write("set/2.png", png("two"));
        write("set/3.png", png("three"));
        write("set/metadata.jsonl", """
                {"file_name": "1.png", "class": "bird", "split": "train", "tags": ["a"]}
                no json
                {"class": "nameless"}
                {"file_name": "2.png", "class": null}
                """.getBytes(StandardCharsets.UTF_8));
        String[] manifest = {
            "label.from", "manifest",
            "label.manifest.field", "class",
            "errors.tolerance", "all",
            "errors.deadletterqueue.topic.name", "bad"
        };
        try (SourceRun run = new SourceRun(folder.toString(), manifest)) {
            run.start(2);
            run.records();
            run.clock.advance(Duration.ofSeconds(10));
            List<SourceRecord> records = run.records();
            List<ImageEvent> events = SourceRun.events(records.stream()
                    .filter(record -> !record.topic().equals("bad"))
                    .toList());
            assertThat(paths(events)).containsExactly("set/1.png", "set/2.png");
            ImageEvent first = events.stream()
                    .filter(event -> "bird".equals(event.getLabel()))
                    .findFirst()
                    .orElseThrow();
            assertThat(first.getAttributes())
                    .isEqualTo(Map.of("path", "set/1.png", "split", "train", "tags", "[\"a\"]"));
            assertThat(records.stream().filter(record -> record.topic().equals("bad")))
                    .singleElement()
                    .satisfies(
                            record -> assertThat(message(record)).contains("line 2: no JSON", "line 3: no file_name"));
            Files.writeString(
                    folder.resolve("set/metadata.jsonl"), "{\"file_name\": \"3.png\", \"class\": \"fish\"}\n");
            assertThat(paths(run.settled())).containsExactly("set/3.png");
        }
    }

    private static String message(SourceRecord record) {
        return (String) record.headers()
                .lastWithName("__connect.errors.exception.message")
                .value();
    }

    @Test
    void aBadFileCostsOnlyItself() throws Exception {
        write("1-text.png", "hello".getBytes(StandardCharsets.UTF_8));
        write("2-empty.png", new byte[0]);
        write("3-large.png", png("x".repeat(100)));
        write("4-new\nline.png", png("new line"));
        write("5-good.png", png("good"));
        String[] tolerant = {
            "images.max.bytes", "50",
            "errors.tolerance", "all",
            "errors.deadletterqueue.topic.name", "bad"
        };
        try (SourceRun run = new SourceRun(folder.toString(), tolerant)) {
            run.start(1);
            run.records();
            run.clock.advance(Duration.ofSeconds(10));
            List<SourceRecord> records = run.records();
            assertThat(records)
                    .extracting(SourceRecord::topic)
                    .containsExactly("bad", "bad", "bad", "bad", "image-events");
            assertThat(records.subList(0, 4))
                    .extracting(SourceRecord::key)
                    .isEqualTo(List.of("1-text.png", "2-empty.png", "3-large.png", "4-new\nline.png"));
            assertThat(message(records.get(0))).contains("neither JPEG");
            assertThat(message(records.get(1))).contains("empty");
            assertThat(message(records.get(2))).contains("images.max.bytes");
            assertThat(run.settled()).isEmpty();
        }
    }

    @Test
    void withoutToleranceABadFileStopsTheTaskAfterTheGoodOnes() throws Exception {
        write("1-good.png", png("good"));
        write("2-text.png", "hello".getBytes(StandardCharsets.UTF_8));
        try (SourceRun run = new SourceRun(folder.toString(), "images.settle.ms", "0")) {
            run.start(1);
            assertThatThrownBy(run::records)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("2-text.png")
                    .hasMessageContaining("errors.tolerance=all");
        }
    }
}
