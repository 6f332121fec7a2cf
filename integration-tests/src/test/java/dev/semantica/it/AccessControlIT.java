package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.console.cluster.Connection;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.console.security.Application;
import dev.semantica.console.security.Permission;
import dev.semantica.console.security.PermissionCheck;
import dev.semantica.console.security.Permissions;
import dev.semantica.console.security.ResourceNames;
import dev.semantica.it.SecuredBroker.Login;
import dev.semantica.streams.SemanticaTopology;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.errors.NotFoundException;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.Herder;
import org.apache.kafka.connect.runtime.distributed.DistributedHerder;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorInfo;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.apache.kafka.connect.util.FutureCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a broker that allows nothing else, each application works with what is listed for it, and says what it lacks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(180)
class AccessControlIT {

    private static final String CONNECT = "semantica-connect";

    private static final Set<Application> COMMANDS = Set.of(
            Application.STREAMS,
            Application.WORKER,
            Application.AUGMENT,
            Application.SUBMIT,
            Application.STATUS,
            Application.CANCEL,
            Application.DLQ,
            Application.DLQ_REPLAY,
            Application.STORE_GC,
            Application.RESET);

    /** Tested at a first start, for what was created once need not be again. */
    private static final Set<AclOperation> COVERED = Set.of(AclOperation.CREATE, AclOperation.ALTER_CONFIGS);

    private Path directory;
    private SecuredBroker broker;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        broker = new SecuredBroker(temporary, List.of("nobody"));
        for (Application application : Application.values()) {
            broker.addUser(application.wireName());
            broker.allow(application.wireName(), Permissions.of(application, names(Map.of())));
        }
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    /** Settings with which an application connects as its own user. */
    private Map<String, String> settings(Application application, Map<String, String> others) {
        Map<String, String> settings =
                new HashMap<>(broker.settings(Login.SCRAM, application.wireName(), SecuredBroker.PASSWORD));
        settings.putAll(Map.of(
                "schema.registry.url",
                "mock://access-control",
                "topics.partitions",
                "1",
                "bundles",
                Pipeline.BUNDLE.toString(),
                "state.dir",
                directory.resolve("state").toString(),
                "sources.store",
                directory.toUri() + "store"));
        settings.putAll(others);
        return settings;
    }

    private static ResourceNames names(Map<String, String> settings) {
        return ResourceNames.from(Settings.load(null, Map.of(), settings), CONNECT, "dataset", "bad-records");
    }

    private List<String> problems(Application application, Map<String, String> others) {
        Settings settings = Settings.load(null, Map.of(), settings(application, others));
        return new PermissionCheck(application, Connection.of(ConnectionConfig.from(settings)), settings).problems();
    }

    @Test
    @Order(1)
    void thePipelineWorksWithExactlyWhatIsListed() throws Exception {
        Command.run(settings(Application.TOPICS, Map.of()), "topics", "create").answer();
        Path picture = Pipeline.BUNDLE.resolve("examples").resolve("house.png");
        Map<String, String> watched = Map.of("http.port", "0");
        try (Applicants applicants =
                new Applicants(settings(Application.STREAMS, watched), settings(Application.WORKER, watched))) {
            assertThat(applicants.watched()).hasSize(2);
            Path out = directory.resolve("out");
            Command.run(
                            settings(Application.AUGMENT, Map.of()),
                            "augment",
                            picture.toString(),
                            "--variations=1",
                            "--steps=2",
                            "--out=" + out)
                    .answer();
            assertThat(Files.readString(out.resolve("images").resolve("metadata.jsonl")))
                    .contains("house.png");
            Command.run(
                            settings(Application.SUBMIT, Map.of()),
                            "submit",
                            picture.toString(),
                            "--variations=1",
                            "--steps=2",
                            "--request=r")
                    .answer();
            assertThat(Command.run(settings(Application.STATUS, Map.of()), "status", "r", "--watch")
                            .answer())
                    .contains("COMPLETED");
            Command.run(settings(Application.CANCEL, Map.of()), "cancel", "r").answer();
        }
        assertThat(Command.run(settings(Application.DLQ, Map.of()), "dlq", "list")
                        .answer())
                .contains("no dead letters");
        assertThat(Command.run(settings(Application.DLQ_REPLAY, Map.of()), "dlq", "replay")
                        .answer())
                .contains("0 sent again");
        assertThat(Command.run(settings(Application.STORE_GC, Map.of()), "store", "gc")
                        .answer())
                .contains("0 orphans");
        assertThat(broker.topics().stream()
                        .filter(topic -> topic.startsWith("semantica-streams-"))
                        .collect(Collectors.toSet()))
                .isEqualTo(SemanticaTopology.internalTopics("semantica-streams"));
    }

    @Test
    @Order(2)
    void everyMissingPermissionIsNamedBeforeTheStart() throws Exception {
        for (Application application : COMMANDS) {
            assertThat(problems(application, Map.of())).as(application.title()).isEmpty();
            for (Permission permission : Permissions.of(application, names(Map.of()))) {
                if (!COVERED.contains(permission.operation()) && !isOnAGroupsSettings(permission)) {
                    broker.refuse(application.wireName(), permission);
                    List<String> problems = new ArrayList<>();
                    Installation.await("the brokers refuse " + permission, () -> {
                        problems.clear();
                        problems.addAll(problems(application, Map.of()));
                        return !problems.isEmpty();
                    });
                    assertThat(problems).as(application.title()).anySatisfy(problem -> assertThat(problem)
                            .contains(permission + " at", "semantica acls --application " + application.wireName()));
                    broker.allow(application.wireName(), List.of(permission));
                    Installation.await("the brokers allow " + permission, () -> problems(application, Map.of())
                            .isEmpty());
                }
            }
        }
    }

    /** ALTER_CONFIGS, which is given too, includes it. */
    private static boolean isOnAGroupsSettings(Permission permission) {
        return permission.operation() == AclOperation.DESCRIBE_CONFIGS
                && permission.resource().resourceType() == ResourceType.GROUP;
    }

    @Test
    @Order(3)
    void aCommandThatLacksAPermissionEndsWithItsName() throws Exception {
        String picture =
                Pipeline.BUNDLE.resolve("examples").resolve("house.png").toString();
        Map<Application, String[]> commands = Map.of(
                Application.STREAMS, new String[] {"streams"},
                Application.WORKER, new String[] {"worker"},
                Application.AUGMENT, new String[] {"augment", picture, "--out=" + directory.resolve("never")},
                Application.SUBMIT, new String[] {"submit", picture},
                Application.STATUS, new String[] {"status", "r"},
                Application.CANCEL, new String[] {"cancel", "r"},
                Application.DLQ, new String[] {"dlq", "list"},
                Application.DLQ_REPLAY, new String[] {"dlq", "replay"},
                Application.STORE_GC, new String[] {"store", "gc"},
                Application.RESET, new String[] {"reset"});
        assertThat(commands.keySet()).isEqualTo(COMMANDS);
        for (Map.Entry<Application, String[]> command : commands.entrySet()) {
            Application application = command.getKey();
            Permission first = Permissions.of(application, names(Map.of())).get(0);
            broker.refuse(application.wireName(), first);
            Installation.await("the brokers refuse " + first, () -> !problems(application, Map.of())
                    .isEmpty());
            assertRefused(Command.run(settings(application, Map.of()), command.getValue()), first.toString());
            broker.allow(application.wireName(), List.of(first));
        }
        assertRefused(
                Command.run(settings(Application.TOPICS, Map.of("topics.prefix", "other-")), "topics", "create"),
                "'semantica acls --application topics'");
    }

    @Test
    @Order(4)
    void theFirstStartNamesWhatIsMissingOnInternalTopics() throws Exception {
        for (AclOperation operation : List.of(AclOperation.CREATE, AclOperation.WRITE)) {
            Map<String, String> other = Map.of(
                    "application.id",
                    "first-" + operation,
                    "state.dir",
                    directory.resolve("first-" + operation).toString());
            List<Permission> permissions = Permissions.of(Application.STREAMS, names(other));
            Permission missing = permissions.stream()
                    .filter(permission -> permission.operation() == operation
                            && permission.resource().resourceType() == ResourceType.TOPIC
                            && permission.resource().name().startsWith("first-"))
                    .findFirst()
                    .orElseThrow();
            broker.allow(
                    "streams",
                    permissions.stream()
                            .filter(permission -> !permission.equals(missing))
                            .toList());
            assertRefused(Command.run(settings(Application.STREAMS, other), "streams"), missing.toString());
        }
    }

    @Test
    @Order(5)
    void aNewShareGroupNeedsTheRightToItsSettings() throws Exception {
        Map<String, String> other = Map.of("queue.group.id", "new-fleet");
        broker.allow(
                "worker",
                Permissions.of(Application.WORKER, names(other)).stream()
                        .filter(permission -> permission.operation() != AclOperation.ALTER_CONFIGS)
                        .toList());
        assertRefused(Command.run(settings(Application.WORKER, other), "worker"), "ALTER_CONFIGS");
    }

    /** A distributed worker, its source with exactly-once and its sink, each connected as a user of its own. */
    @Test
    @Order(6)
    void connectAndItsConnectorsWorkWithWhatIsListed() throws Exception {
        Path images = Files.createDirectories(directory.resolve("images"));
        Files.copy(Pipeline.BUNDLE.resolve("examples").resolve("fish.png"), images.resolve("fish.png"));
        Path dataset = directory.resolve("dataset");
        Map<String, String> source = connectClients(Application.IMAGE_SOURCE, "producer", "consumer", "admin");
        source.putAll(Map.of(
                "connector.class", "dev.semantica.connectors.source.ImageSourceConnector",
                "tasks.max", "1",
                "images.location", images.toString(),
                "exactly.once.support", "required"));
        Map<String, String> sink = connectClients(Application.DATASET_SINK, "consumer");
        sink.putAll(Map.of(
                "connector.class", "dev.semantica.connectors.sink.DatasetSinkConnector",
                "tasks.max", "1",
                "topics", "variations",
                "dataset.location", dataset.toString(),
                "dataset.format", "imagefolder",
                "rotate.interval.ms", "500",
                "consumer.override.auto.offset.reset", "earliest"));
        Connect<DistributedHerder> connect = new ConnectDistributed().startConnect(connectWorker());
        try {
            Herder herder = connect.herder();
            Installation.await("Connect", herder::isReady);
            create(herder, "images", source);
            create(herder, "dataset", sink);
            Connection reader = connection(Application.STORE_GC);
            try (Consumer<String, byte[]> events = reader.reader()) {
                events.assign(List.of(new TopicPartition("image-events", 0)));
                events.seekToBeginning(events.assignment());
                List<String> keys = new ArrayList<>();
                Installation.await("the picture", () -> {
                    assertNothingFailed(herder);
                    events.poll(Duration.ofMillis(200)).forEach(event -> keys.add(event.key()));
                    return keys.stream().anyMatch(key -> key.contains("fish.png"));
                });
            }
            Installation.await("a dataset", () -> {
                assertNothingFailed(herder);
                return holdsMetadata(dataset);
            });
        } finally {
            connect.stop();
            connect.awaitStop();
        }
    }

    private Map<String, String> connectWorker() {
        Map<String, String> worker = new HashMap<>(Map.of(
                "group.id", CONNECT,
                "config.storage.topic", CONNECT + "-configs",
                "offset.storage.topic", CONNECT + "-offsets",
                "status.storage.topic", CONNECT + "-statuses",
                "key.converter", "org.apache.kafka.connect.storage.StringConverter",
                "value.converter", "dev.semantica.connectors.contract.ContractConverter",
                "value.converter.schema.registry.url", "mock://access-control",
                "exactly.once.source.support", "enabled",
                "plugin.discovery", "service_load",
                "listeners", "http://127.0.0.1:0"));
        for (String topic : List.of("config", "offset", "status")) {
            worker.put(topic + ".storage.replication.factor", "1");
        }
        worker.put("offset.storage.partitions", "1");
        worker.put("status.storage.partitions", "1");
        worker.put("offset.flush.interval.ms", "500");
        kafka(Application.CONNECT_WORKER).forEach(worker::put);
        return worker;
    }

    /** Settings with which a connector's clients of some kinds connect as its own user. */
    private Map<String, String> connectClients(Application application, String... kinds) {
        Map<String, String> settings = new HashMap<>();
        for (String kind : kinds) {
            kafka(application).forEach((key, value) -> settings.put(kind + ".override." + key, value));
        }
        return settings;
    }

    /** What a Kafka client of an application is configured by. */
    private Map<String, String> kafka(Application application) {
        Map<String, String> client = new HashMap<>();
        broker.settings(Login.SCRAM, application.wireName(), SecuredBroker.PASSWORD)
                .forEach((key, value) -> client.put(key.replaceFirst("^kafka\\.", ""), value));
        return client;
    }

    private static void create(Herder herder, String name, Map<String, String> settings) throws Exception {
        settings.put("name", name);
        FutureCallback<Herder.Created<ConnectorInfo>> created = new FutureCallback<>();
        herder.putConnectorConfig(name, settings, false, created);
        assertThat(created.get(60, TimeUnit.SECONDS).created()).isTrue();
    }

    private static void assertNothingFailed(Herder herder) {
        for (String connector : herder.connectors()) {
            try {
                ConnectorStateInfo status = herder.connectorStatus(connector);
                assertThat(status.connector().state())
                        .as(status.connector().trace())
                        .isNotEqualTo("FAILED");
                assertThat(status.tasks())
                        .allSatisfy(task ->
                                assertThat(task.state()).as(task.trace()).isNotEqualTo("FAILED"));
            } catch (NotFoundException notYetBegun) {
                assertThat(notYetBegun).hasMessageContaining(connector);
            }
        }
    }

    private static boolean holdsMetadata(Path dataset) throws Exception {
        if (!Files.isDirectory(dataset)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(dataset)) {
            return files.anyMatch(file -> file.endsWith("metadata.jsonl"));
        } catch (UncheckedIOException e) {
            // A draft was put in its place meanwhile.
            return false;
        }
    }

    /** Last, for it deletes what the topology has. */
    @Test
    @Order(7)
    void aResetWorksWithWhatIsListed() throws Exception {
        // One that was killed is a member until its session is over.
        Installation.await(
                "nobody in the group",
                () -> Command.run(settings(Application.RESET, Map.of()), "reset")
                                .exit()
                        == 0);
        assertThat(Command.run(settings(Application.RESET, Map.of()), "reset", "--execute")
                        .answer())
                .contains("delete the offsets of group semantica-streams", "done");
        Installation.await("no internal topics", () -> broker.topics().stream()
                .noneMatch(topic -> topic.startsWith("semantica-streams-")));
    }

    private Connection connection(Application application) {
        return Connection.of(ConnectionConfig.from(Settings.load(null, Map.of(), settings(application, Map.of()))));
    }

    private static void assertRefused(Command command, String word) {
        assertThat(command.err()).contains(word).startsWith("error: ").doesNotContain("\tat ", "Exception");
        assertThat(command.exit()).as(command.err()).isEqualTo(3);
    }
}
