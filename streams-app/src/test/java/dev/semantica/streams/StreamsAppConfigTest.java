package dev.semantica.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.TopicNames;
import dev.semantica.schemas.Topics;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class StreamsAppConfigTest {

    @Test
    void theDefaultsFit() {
        assertThat(StreamsAppConfig.from(Map.of()).batching().maxBytes()).isEqualTo(1 << 20);
        assertThat(StreamsAppConfig.from(Map.of("topics.max.message.bytes", "262144"))
                        .batching()
                        .maxBytes())
                .isEqualTo(262144 - 65536);
    }

    @Test
    void aBatchThatWouldNotFitIntoARecordIsRefused() {
        assertThat(StreamsAppConfig.from(Map.of("topics.max.message.bytes", "262144", "batch.max.bytes", "196608"))
                        .batching()
                        .maxBytes())
                .isEqualTo(196608);
        assertThatThrownBy(() -> StreamsAppConfig.from(
                        Map.of("topics.max.message.bytes", "262144", "batch.max.bytes", "196609")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("batch.max.bytes")
                .hasMessageContaining("196608")
                .hasMessageContaining("raise topics.max.message.bytes");
    }

    @Test
    void internalTopicsTakeWhatTheTopologyWrites() {
        Topics topics =
                Topics.of(TopicNames.DEFAULT, new AvroSerdes(Map.of("schema.registry.url", "mock://configuration")));
        assertThat(StreamsApplication.properties(topics, StreamsAppConfig.from(Map.of()), Map.of(), Map.of()))
                .containsEntry("topic.max.message.bytes", Integer.toString((8 << 20) + 65536));
    }
}
