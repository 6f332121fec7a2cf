package dev.semantica.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.connectors.Records;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.store.ObjectContent;
import dev.semantica.store.ObjectStore;
import dev.semantica.store.ObjectStores;
import dev.semantica.store.S3Server;
import dev.semantica.store.StoreConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.RetriableException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The source before a server of the S3 API. */
class ImageSourceS3Test {

    @TempDir
    Path directory;

    @Test
    void objectsAreSentOnceThroughRenamesAndAnOutage() throws Exception {
        try (S3Server server = S3Server.start(directory, "pictures")) {
            Map<String, String> settings = new HashMap<>(server.settings());
            settings.put("store.request.attempts", "1");
            settings.put("store.connect.timeout.ms", "500");
            try (ObjectStore store = ObjectStores.open(StoreConfig.from(settings));
                    SourceRun run = new SourceRun("s3://pictures/birds")) {
                settings.forEach(run::set);
                run.set("images.inline.max.bytes", "20");
                put(store, "s3://pictures/birds/grey/a%20b.png", "a");
                put(store, "s3://pictures/birds/large.png", "0123456789012345");
                put(store, "s3://pictures/birds-of-prey/no.png", "another prefix");
                run.start(1);
                // Objects appear whole: nothing has to settle.
                List<ImageEvent> events = SourceRun.events(run.records());
                assertThat(events)
                        .extracting(event -> event.getAttributes().get("path"))
                        .containsExactly("grey/a b.png", "large.png");
                assertThat(events.get(0).getImage()).isInstanceOf(InlineImage.class);
                assertThat(events.get(0).getLabel()).isEqualTo("grey");
                ImageReference reference = (ImageReference) events.get(1).getImage();
                assertThat(reference.getUri()).isEqualTo("s3://pictures/birds/large.png");
                assertThat(store.get(URI.create(reference.getUri()), 100, reference.getSha256()))
                        .isEqualTo(Records.png("0123456789012345"));

                put(store, "s3://pictures/birds/moved.png", "a");
                store.delete(URI.create("s3://pictures/birds/grey/a%20b.png"));
                run.start(1);
                assertThat(run.records()).isEmpty();

                put(store, "s3://pictures/birds/new.png", "new");
                server.kill();
                run.clock.advance(Duration.ofSeconds(10));
                Assertions.assertThatThrownBy(run::records).isInstanceOf(RetriableException.class);
                server.start();
                run.clock.advance(Duration.ofSeconds(10));
                assertThat(run.records()).hasSize(1);
            }
        }
    }

    private static void put(ObjectStore store, String uri, String text) throws Exception {
        store.put(URI.create(uri), ObjectContent.of(Records.png(text), "image/png"));
    }
}
