package dev.semantica.console.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    Path directory;

    @Test
    void flagsWinOverTheEnvironmentAndThatOverTheFile() throws Exception {
        Path file = Files.writeString(
                directory.resolve("semantica.properties"),
                "batch.linger.ms=1\nsampler.max.rows=1\nqueue.group.id=file\nkafka.security.protocol=SSL\n");

        Settings settings = Settings.load(
                file,
                Map.of("SEMANTICA_SAMPLER_MAX_ROWS", "2", "SEMANTICA_QUEUE_GROUP_ID", "environment", "PATH", "/bin"),
                Map.of("queue.group.id", "flag"));

        assertThat(all(settings))
                .containsEntry("batch.linger.ms", "1")
                .containsEntry("sampler.max.rows", "2")
                .containsEntry("queue.group.id", "flag")
                .containsEntry("kafka.security.protocol", "SSL");
    }

    @Test
    void namesEveryUnknownKeyAndWhatMayBeMeant() throws Exception {
        Path file = Files.writeString(directory.resolve("semantica.properties"), "batch.linger=1\n");

        assertThatThrownBy(() -> Settings.load(file, Map.of("SEMANTICA_NONSENSE", "1"), Map.of("frobnicate", "1")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'batch.linger'; did you mean 'batch.linger.ms'?")
                .hasMessageContaining("SEMANTICA_NONSENSE")
                .hasMessageContaining("'frobnicate'");
    }

    @Test
    void saysWhenTheFileCannotBeRead() {
        assertThatThrownBy(() -> Settings.load(directory.resolve("missing"), Map.of(), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--config");
    }

    @Test
    void namesEveryWrongValueBesideTheUnknownKeys() {
        Map<String, String> flags =
                Map.of("topics.partitions", "0", "topics.max.message.bytes", "many", "frobnicate", "1");

        assertThatThrownBy(() -> Settings.load(null, Map.of(), flags))
                .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.problems())
                        .hasSize(3)
                        .anySatisfy(problem -> assertThat(problem).contains("'frobnicate'"))
                        .anySatisfy(problem -> assertThat(problem).contains("0", "topics.partitions"))
                        .anySatisfy(problem -> assertThat(problem).contains("many", "topics.max.message.bytes")));
    }

    @Test
    void theDocumentationIsWhatTheCodeSays() throws Exception {
        assertThat(Files.readString(Path.of("..", "docs", "configuration.md")))
                .as("renew it with: ./semantica config docs > docs/configuration.md")
                .isEqualTo(ConfigurationDocs.markdown());
    }

    private static Map<String, String> all(Settings settings) {
        ConfigDef everything = new ConfigDef();
        ConfigurationKeys.DEFINITIONS
                .values()
                .forEach(definition -> definition.configKeys().values().forEach(key -> {
                    if (!everything.names().contains(key.name)) {
                        everything.define(key);
                    }
                }));
        return settings.select(everything, List.of("kafka."));
    }
}
