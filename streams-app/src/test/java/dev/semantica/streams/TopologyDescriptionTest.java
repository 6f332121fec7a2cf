package dev.semantica.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.RegistryWait;
import dev.semantica.schemas.TopicNames;
import dev.semantica.schemas.Topics;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names of nodes, stores and internal topics are kept across versions: a change of one orphans state. */
class TopologyDescriptionTest {

    @Test
    void isWhatWasFrozen() throws Exception {
        Topics topics =
                Topics.of(TopicNames.DEFAULT, new AvroSerdes(Map.of("schema.registry.url", "mock://description")));
        String found = SemanticaTopology.build(topics, StreamsAppConfig.from(Map.of()), new RegistryWait(Duration.ZERO))
                .describe()
                .toString();

        try (InputStream frozen = TopologyDescriptionTest.class.getResourceAsStream("topology.txt")) {
            assertThat(found).isEqualTo(new String(frozen.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertThat(found).doesNotContain("KSTREAM-");
    }
}
