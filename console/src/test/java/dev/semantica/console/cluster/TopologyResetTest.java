package dev.semantica.console.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.streams.StreamsAppConfig;
import dev.semantica.streams.StreamsApplication;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real topology on a real broker, reset. */
class TopologyResetTest {

    @Test
    void refusesWhileTheTopologyRunsAndThenForgetsAllOfIt(@TempDir Path directory) throws Exception {
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(new EmbeddedBrokerConfig(directory.resolve("broker"), 0, Map.of()), fault -> {})) {
            Path state = directory.resolve("state");
            Settings settings = Settings.load(
                    null,
                    Map.of(),
                    Map.of(
                            "bootstrap.servers", broker.bootstrapServers(),
                            "schema.registry.url", "mock://reset",
                            "topics.partitions", "1",
                            "topics.replication.factor", "1",
                            "state.dir", state.toString(),
                            "streams.consumer.session.timeout.ms", "6000",
                            "streams.consumer.heartbeat.interval.ms", "1000"));
            Connection connection = Connection.of(ConnectionConfig.from(settings));
            StreamsAppConfig config = Applications.streamsConfig(settings);
            try (Admin admin = connection.admin()) {
                new TopicAdmin(admin, connection.config(), Duration.ofSeconds(30)).create();
                assertThat(TopologyReset.plan(admin, config).steps()).isEmpty();
                admin.createTopics(List.of(new NewTopic("semantica-streams-of-others", 1, (short) 1)))
                        .all()
                        .get();
                try (StreamsApplication application = Applications.startStreams(connection, settings)) {
                    assertThat(application.awaitRunning(Duration.ofSeconds(60))).isTrue();
                    assertThatThrownBy(() -> TopologyReset.plan(admin, config))
                            .isInstanceOf(ConfigurationException.class)
                            .hasMessageContaining("semantica-streams runs");
                }

                TopologyReset reset = awaitPlan(admin, config);
                assertThat(reset.steps())
                        .contains("delete the offsets of group semantica-streams")
                        .contains("delete the internal topic semantica-streams-ledger-entries-repartition")
                        .contains("delete the local state in " + state.resolve("semantica-streams"));
                assertThat(state.resolve("semantica-streams")).isDirectory();

                reset.execute(admin);
                assertThat(TopologyReset.plan(admin, config).steps()).isEmpty();
                assertThat(state.resolve("semantica-streams")).doesNotExist();
                assertThat(Files.isDirectory(state)).isTrue();
                assertThat(admin.listTopics().names().get())
                        .contains("semantica-streams-of-others")
                        .contains(connection.topics().imageEvents().name())
                        .noneMatch(name -> name.endsWith("-changelog") || name.endsWith("-repartition"));
                try (StreamsApplication application = Applications.startStreams(connection, settings)) {
                    assertThat(application.awaitRunning(Duration.ofSeconds(60))).isTrue();
                }
            }
        }
    }

    /** Kafka Streams stays in its group for the session timeout after it was closed, so that a restart moves nothing. */
    private static TopologyReset awaitPlan(Admin admin, StreamsAppConfig config) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try {
                return TopologyReset.plan(admin, config);
            } catch (ConfigurationException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(100_000_000);
            }
        }
    }
}
