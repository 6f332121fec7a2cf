package dev.semantica.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.connectors.Records;
import dev.semantica.store.ObjectStore;
import dev.semantica.store.ObjectStores;
import dev.semantica.store.S3Server;
import dev.semantica.store.StoreConfig;
import dev.semantica.store.StoredObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink before a server of the S3 API. */
class DatasetSinkS3Test {

    @TempDir
    Path directory;

    @Test
    void anOutageDelaysADatasetAndNothingElse() throws Exception {
        try (S3Server server = S3Server.start(directory, "training")) {
            Map<String, String> settings = new HashMap<>(server.settings());
            settings.put("store.request.attempts", "1");
            settings.put("store.connect.timeout.ms", "500");
            SinkRun run = new SinkRun("s3://training/variations");
            settings.forEach(run::set);
            run.set("dataset.format", "webdataset");
            run.set("rotate.records", "3");
            run.set(
                    "spool.directory",
                    Files.createDirectory(directory.resolve("spool")).toString());
            for (int i = 0; i < 7; i++) {
                run.add(Records.variation("image-" + i, 0, null));
            }
            run.restart();
            run.put(3);
            assertThat(run.commit()).isEqualTo(3);
            server.kill();
            assertThatThrownBy(() -> run.put(3)).isInstanceOf(RetriableException.class);
            assertThat(run.commit()).isEqualTo(3);
            server.start();
            // Connect delivers the same records again.
            run.put(3);
            run.put(1);
            assertThat(run.commit()).isEqualTo(6);
            try (ObjectStore store = ObjectStores.open(StoreConfig.from(settings))) {
                List<String> names = store.list(URI.create("s3://training/variations/"), null, 100).objects().stream()
                        .map(StoredObject::uri)
                        .map(URI::getPath)
                        .toList();
                assertThat(names)
                        .containsExactly(
                                "/variations/.semantica/chunks/out.variations-0/out.variations-00000-00000000000000000000.json",
                                "/variations/.semantica/chunks/out.variations-0/out.variations-00000-00000000000000000003.json",
                                "/variations/out.variations-00000-00000000000000000000.tar",
                                "/variations/out.variations-00000-00000000000000000003.tar");
            }
            DatasetSinkConnector connector = new DatasetSinkConnector();
            settings.put("dataset.location", "s3://training/variations");
            assertThatThrownBy(() -> connector.alterOffsets(settings, Map.of(SinkRun.PARTITION, 4L)))
                    .hasMessageContaining("from 3 to 5");
        }
    }
}
