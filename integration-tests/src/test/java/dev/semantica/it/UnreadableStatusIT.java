package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Statuses are read as a whole when a topology starts: one that nobody can read must not keep it from starting. */
@Timeout(120)
class UnreadableStatusIT {

    /** Confluent's framing, with the id of a schema that the registry never had. */
    private static final byte[] OF_A_LOST_SCHEMA = {0, 0, 0, 0x7f, 0x7f, 2, 4, 6};

    @Test
    void aTopologyStartsAndRunsBesideIt(@TempDir Path directory) throws Exception {
        Path allowed = Files.createDirectories(directory.resolve("allowed"));
        Path cluster = directory.resolve("cluster");
        byte[] key = "lost".getBytes(StandardCharsets.UTF_8);
        try (Pipeline pipeline = new Pipeline(cluster, allowed)) {
            pipeline.sendRaw(pipeline.topics().requestStatus().name(), 0, key, OF_A_LOST_SCHEMA);
            pipeline.send(List.of(Pipeline.event("first", 1, "a").build()));
            pipeline.awaitVariations("first", 1);
            assertThat(pipeline.trouble()).isNull();
        }

        try (Pipeline pipeline = new Pipeline(cluster, allowed)) {
            pipeline.send(List.of(Pipeline.event("second", 1, "a").build()));
            pipeline.awaitVariations("second", 1);
            assertThat(pipeline.trouble()).isNull();
        }
    }
}
