package dev.semantica.console.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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

    @Test
    void valuesMayReferToSecrets(@TempDir Path secrets) throws IOException {
        Files.writeString(secrets.resolve("s3.properties"), "secret=from-a-file\n");
        Files.writeString(secrets.resolve("password"), "from-a-directory");
        Map<String, String> flags = Map.of(
                "config.providers",
                "file,directory,env",
                "config.providers.file.param.allowed.paths",
                secrets.toString(),
                "kafka.sasl.jaas.config",
                "Module required password=\"${directory:" + secrets + ":password}\";",
                "schema.registry.basic.auth.user.info",
                "me:${env:REGISTRY_PASSWORD}",
                "store.s3.secret.access.key",
                "${file:" + secrets.resolve("s3.properties") + ":secret}");

        Settings settings = Settings.load(null, Map.of("REGISTRY_PASSWORD", "from-the-environment"), flags);

        assertThat(settings.select(new ConfigDef(), List.of("")))
                .containsEntry("kafka.sasl.jaas.config", "Module required password=\"from-a-directory\";")
                .containsEntry("schema.registry.basic.auth.user.info", "me:from-the-environment")
                .containsEntry("store.s3.secret.access.key", "from-a-file");
        assertThat(settings.selectAsWritten(new ConfigDef(), List.of(""))).containsAllEntriesOf(flags);
    }

    @Test
    void aReferenceThatLeadsNowhereIsNamed(@TempDir Path secrets) throws IOException {
        Path allowed = Files.createDirectory(secrets.resolve("allowed"));
        Path other = Files.writeString(secrets.resolve("other.properties"), "secret=not-to-be-seen\n");
        Path number = Files.writeString(allowed.resolve("n.properties"), "n=not-a-number\n");
        Map<String, String> flags = Map.of(
                "config.providers", "file,env,strange",
                "config.providers.strange.class", "no.such.Provider",
                "config.providers.file.param.allowed.paths", allowed.toString(),
                "config.providers.env.param.allowlist.pattern", "ALLOWED_.*",
                "store.s3.secret.access.key", "${file:" + other + ":secret}",
                "store.s3.session.token", "${env:PRIVATE}",
                "store.s3.access.key.id", "${vault:s3:id}",
                "store.request.attempts", "${file:" + number + ":n}");

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> Settings.load(null, Map.of("PRIVATE", "not-to-be-seen"), flags))
                .satisfies(e -> assertThat(e.problems())
                        .hasSize(5)
                        .anySatisfy(problem -> assertThat(problem).contains("config.providers.strange.class"))
                        .anySatisfy(
                                problem -> assertThat(problem).contains("store.s3.secret.access.key", "allowed.paths"))
                        .anySatisfy(problem -> assertThat(problem).contains("store.s3.session.token", "${env:PRIVATE}"))
                        .anySatisfy(problem ->
                                assertThat(problem).contains("store.s3.access.key.id", "does not name 'vault'"))
                        .anySatisfy(problem -> assertThat(problem).contains("store.request.attempts", "[hidden]"))
                        .noneSatisfy(problem -> assertThat(problem).containsAnyOf("not-to-be-seen", "not-a-number")));
    }

    @Test
    void aRegistrysUrlHoldsNoPassword() {
        Settings settings = Settings.load(null, Map.of(), Map.of("schema.registry.url", "https://me:secret@registry"));

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ConnectionConfig.from(settings))
                .withMessageContaining("basic.auth.user.info")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret@"));
    }
}
