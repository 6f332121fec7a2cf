package dev.semantica.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class WorkerPropertiesTest {

    private static final Map<String, String> LEAST = Map.of(
            "CONNECT_BOOTSTRAP_SERVERS", "kafka:9092",
            "CONNECT_VALUE_CONVERTER_SCHEMA_REGISTRY_URL", "http://registry:8081");

    @Test
    void variablesBecomeKeys() {
        Map<String, String> environment = new HashMap<>(LEAST);
        environment.put("CONNECT_OFFSET_FLUSH_INTERVAL_MS", "500");
        environment.put("CONNECT_A__B_C", "kept");
        environment.put("PATH", "/bin");

        Properties properties = WorkerProperties.of(environment);

        assertThat(properties)
                .containsEntry("bootstrap.servers", "kafka:9092")
                .containsEntry("value.converter.schema.registry.url", "http://registry:8081")
                .containsEntry("offset.flush.interval.ms", "500")
                .containsEntry("a_b.c", "kept")
                .doesNotContainKey("path");
    }

    @Test
    void defaultsAreWhatTheConnectorsWantAndGiveWay() {
        assertThat(WorkerProperties.of(LEAST))
                .containsEntry("plugin.path", "/opt/semantica/plugins")
                .containsEntry("exactly.once.source.support", "enabled");

        Map<String, String> environment = new HashMap<>(LEAST);
        environment.put("CONNECT_GROUP_ID", "mine");
        assertThat(WorkerProperties.of(environment)).containsEntry("group.id", "mine");
    }

    @Test
    void namesEverythingThatIsMissing() {
        assertThatThrownBy(() -> WorkerProperties.of(Map.of("CONNECT_BOOTSTRAP_SERVERS", " ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CONNECT_BOOTSTRAP_SERVERS")
                .hasMessageContaining("CONNECT_VALUE_CONVERTER_SCHEMA_REGISTRY_URL");
    }
}
