package dev.semantica.it.faults;

import dev.semantica.it.FreePorts;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.TopicNames;
import dev.semantica.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.common.Uuid;

/**
 * Three brokers, a registry, an object store, the topology, two workers and a sink, each a process; brokers, registry and
 * store behind wires that can be cut.
 */
final class Site implements AutoCloseable {

    static final int BROKERS = 3;
    private static final String BUCKET = "pictures";
    private static final String KEY = "test";
    private static final String SECRET = "not-a-secret";

    private final Path directory;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Map<String, Wire> wires = new LinkedHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private String bootstrapServers;
    private String registryUrl;
    private String storeUrl;

    Site(Path directory) throws Exception {
        this.directory = directory;
        // The console's logging shows nothing of brokers and sinks.
        Files.writeString(
                directory.resolve("logback.xml"),
                "<configuration><appender name=\"out\" class=\"ch.qos.logback.core.ConsoleAppender\">"
                        + "<encoder><pattern>%d %-5level %logger{0} %msg%n</pattern></encoder></appender>"
                        + "<logger name=\"org.apache.kafka.connect.cli\" level=\"INFO\"/>"
                        + "<root level=\"WARN\"><appender-ref ref=\"out\"/></root></configuration>");
        registry();
        store();
        brokers();
        // No broker serves before a majority of controllers does.
        for (Part part : parts.values()) {
            part.launch();
        }
        while (!allServe()) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        run("topics", "create", "--set", "topics.partitions=2", "--set", "topics.replication.factor=3");
        applications();
        for (String name : List.of("streams", "worker-1", "worker-2", "sink")) {
            parts.get(name).start();
        }
    }

    private boolean allServe() throws Exception {
        boolean all = true;
        for (Part part : parts.values()) {
            all &= part.serves();
        }
        return all;
    }

    /** The processes by name. */
    Map<String, Part> parts() {
        return parts;
    }

    /** The wires by the name of the part behind them. */
    Map<String, Wire> wires() {
        return wires;
    }

    /** Starts again what ended by itself, as a supervisor does, and says so. */
    void restartEnded() throws Exception {
        for (Part part : parts.values()) {
            if (!part.alive()) {
                System.err.println(part.name() + " had ended by itself:\n" + part.end());
                part.start();
            }
        }
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    Topics topics() {
        return Topics.of(TopicNames.DEFAULT, new AvroSerdes(Map.of("schema.registry.url", registryUrl)));
    }

    /** The members of the workers' group, and of its partitions where they begin and what lies behind. */
    String queue() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            String group = "semantica-samplers";
            return admin.describeShareGroups(List.of(group)).all().get()
                    + "\n"
                    + admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                            .all()
                            .get();
        }
    }

    /** Where the sink writes. */
    Path dataset() {
        return directory.resolve("dataset");
    }

    String logs() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Part part : parts.values()) {
            all.append(part.end()).append('\n');
        }
        return all.toString();
    }

    private void registry() throws IOException {
        int port = FreePorts.next();
        Wire wire = new Wire(port);
        wires.put("registry", wire);
        registryUrl = "http://127.0.0.1:" + wire.port() + "/apis/ccompat/v7";
        parts.put(
                "registry",
                new Part(
                        "registry",
                        List.of(
                                java(),
                                "-Xmx256m",
                                "-Dquarkus.http.host=127.0.0.1",
                                "-Dquarkus.http.port=" + port,
                                // It keeps schemas in memory otherwise, and forgets them when killed; with a delay of
                                // writes it forgets those of the last half second.
                                "-DREGISTRY_DATASOURCE_URL=jdbc:h2:file:" + directory.resolve("registry")
                                        + ";FILE_LOCK=FS;WRITE_DELAY=0",
                                "-jar",
                                System.getProperty("semantica.registry")),
                        directory,
                        said -> answers("http://127.0.0.1:" + port + "/apis/ccompat/v7/subjects", 200)));
    }

    private void store() throws IOException {
        int port = FreePorts.next();
        Wire wire = new Wire(port);
        wires.put("store", wire);
        storeUrl = "http://127.0.0.1:" + wire.port();
        Path data = Files.createDirectories(directory.resolve("store"));
        Files.createDirectories(data.resolve(BUCKET));
        Path settings = directory.resolve("s3.properties");
        Files.write(
                settings,
                List.of(
                        "s3proxy.endpoint=http://127.0.0.1:" + port,
                        "s3proxy.authorization=aws-v4",
                        "s3proxy.identity=" + KEY,
                        "s3proxy.credential=" + SECRET,
                        "jclouds.provider=filesystem-nio2",
                        "jclouds.identity=unused",
                        "jclouds.credential=unused",
                        "jclouds.filesystem.basedir=" + data));
        parts.put(
                "store",
                new Part(
                        "store",
                        List.of(
                                java(),
                                "-Xmx128m",
                                "-XX:TieredStopAtLevel=1",
                                "-jar",
                                System.getProperty("semantica.s3.server"),
                                "--properties",
                                settings.toString()),
                        directory,
                        said -> answers("http://127.0.0.1:" + port, 403)));
    }

    private void brokers() throws Exception {
        String cluster = Uuid.randomUuid().toString();
        List<Integer> controllers = new ArrayList<>();
        for (int i = 0; i < BROKERS; i++) {
            controllers.add(FreePorts.next());
        }
        String voters = IntStream.range(0, BROKERS)
                .mapToObj(i -> (i + 1) + "@127.0.0.1:" + controllers.get(i))
                .collect(Collectors.joining(","));
        List<String> entries = new ArrayList<>();
        for (int i = 1; i <= BROKERS; i++) {
            int port = FreePorts.next();
            int between = FreePorts.next();
            Wire wire = new Wire(port);
            wires.put("kafka-" + i, wire);
            entries.add("127.0.0.1:" + wire.port());
            Path settings = directory.resolve("kafka-" + i + ".properties");
            Files.write(
                    settings,
                    List.of(
                            "process.roles=broker,controller",
                            "node.id=" + i,
                            "controller.quorum.voters=" + voters,
                            "controller.listener.names=CONTROLLER",
                            "listeners=CLIENTS://127.0.0.1:" + port + ",BROKERS://127.0.0.1:" + between
                                    + ",CONTROLLER://127.0.0.1:" + controllers.get(i - 1),
                            "advertised.listeners=CLIENTS://127.0.0.1:" + wire.port() + ",BROKERS://127.0.0.1:"
                                    + between,
                            "inter.broker.listener.name=BROKERS",
                            "listener.security.protocol.map=CLIENTS:PLAINTEXT,BROKERS:PLAINTEXT,CONTROLLER:PLAINTEXT",
                            "log.dirs=" + directory.resolve("kafka-" + i),
                            "message.max.bytes=8454144",
                            "default.replication.factor=3",
                            "min.insync.replicas=2",
                            "num.partitions=2",
                            "offsets.topic.replication.factor=3",
                            "offsets.topic.num.partitions=3",
                            "transaction.state.log.replication.factor=3",
                            "transaction.state.log.min.isr=2",
                            "transaction.state.log.num.partitions=3",
                            "share.coordinator.state.topic.replication.factor=3",
                            "share.coordinator.state.topic.min.isr=2",
                            "share.coordinator.state.topic.num.partitions=3",
                            "group.initial.rebalance.delay.ms=0",
                            "initial.broker.registration.timeout.ms=120000",
                            "log.cleaner.dedupe.buffer.size=4194304",
                            "broker.session.timeout.ms=4000",
                            "broker.heartbeat.interval.ms=1000",
                            "replica.lag.time.max.ms=5000"));
            List<String> kafka = List.of(
                    java(),
                    "-Dlogback.configurationFile=" + directory.resolve("logback.xml"),
                    "-Xmx192m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"));
            List<String> format = new ArrayList<>(kafka);
            format.addAll(List.of("kafka.tools.StorageTool", "format", "-t", cluster, "-c", settings.toString()));
            complete(format);
            List<String> command = new ArrayList<>(kafka);
            command.addAll(List.of("kafka.Kafka", settings.toString()));
            int id = i;
            parts.put("kafka-" + i, new Part("kafka-" + i, command, directory, said -> inCluster(port, id)));
        }
        bootstrapServers = String.join(",", entries);
    }

    private void applications() throws IOException {
        List<String> streams = semantica(
                "streams",
                "--set",
                "state.dir=" + directory.resolve("state"),
                "--set",
                "streams.consumer.session.timeout.ms=6000",
                "--set",
                "streams.consumer.heartbeat.interval.ms=1000",
                "--set",
                "streams.replication.factor=3");
        parts.put("streams", new Part("streams", streams, directory, said -> said.contains("semantica streams:")));
        for (int i = 1; i <= 2; i++) {
            List<String> worker = semantica(
                    "worker",
                    "--set",
                    "bundles=" + Path.of(System.getProperty("semantica.root"), "models", "pages-lab"),
                    "--set",
                    "intra.op.threads=1",
                    "--set",
                    "queue.lock.duration.ms=15000",
                    "--set",
                    "variations.store=s3://" + BUCKET + "/variations",
                    "--set",
                    "variations.inline.max.bytes=0",
                    "--set",
                    "store.unavailable.timeout.ms=300000",
                    "--set",
                    "store.s3.endpoint=" + storeUrl,
                    "--set",
                    "store.s3.path.style=true",
                    "--set",
                    "store.s3.access.key.id=" + KEY,
                    "--set",
                    "store.s3.secret.access.key=" + SECRET);
            parts.put(
                    "worker-" + i,
                    new Part("worker-" + i, worker, directory, said -> said.contains("semantica worker:")));
        }
        sink();
    }

    private void sink() throws IOException {
        Path settings = directory.resolve("connect.properties");
        Files.write(
                settings,
                List.of(
                        "bootstrap.servers=" + bootstrapServers,
                        "key.converter=org.apache.kafka.connect.storage.StringConverter",
                        "value.converter=dev.semantica.connectors.contract.ContractConverter",
                        "value.converter.schema.registry.url=" + registryUrl,
                        "offset.storage.file.filename=" + directory.resolve("connect.offsets"),
                        "offset.flush.interval.ms=1000",
                        "plugin.discovery=service_load",
                        "listeners=http://127.0.0.1:0"));
        Path connector = directory.resolve("sink.properties");
        Files.write(
                connector,
                List.of(
                        "name=dataset",
                        "connector.class=dev.semantica.connectors.sink.DatasetSinkConnector",
                        "topics=variations",
                        "dataset.location=" + dataset(),
                        "dataset.format=imagefolder",
                        "rotate.interval.ms=3000",
                        "retry.backoff.ms=1000",
                        "errors.retry.timeout=300000",
                        "reference.allowed=s3://" + BUCKET + "/variations/",
                        "store.s3.endpoint=" + storeUrl,
                        "store.s3.path.style=true",
                        "store.s3.access.key.id=" + KEY,
                        "store.s3.secret.access.key=" + SECRET,
                        "consumer.override.auto.offset.reset=earliest",
                        "consumer.override.isolation.level=read_committed"));
        parts.put(
                "sink",
                new Part(
                        "sink",
                        List.of(
                                java(),
                                "-Xmx192m",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Dlogback.configurationFile=" + directory.resolve("logback.xml"),
                                "-Djava.awt.headless=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.apache.kafka.connect.cli.ConnectStandalone",
                                settings.toString(),
                                connector.toString()),
                        directory,
                        said -> said.contains("Created connector dataset")));
    }

    private void run(String... command) throws Exception {
        complete(semantica(command));
    }

    private void complete(List<String> command) throws Exception {
        Path output = Files.createTempFile(directory, "command", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(90, TimeUnit.SECONDS);
        process.destroyForcibly();
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError(command + " failed: " + Files.readString(output));
        }
    }

    private List<String> semantica(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-Xmx192m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.semantica.console.Semantica"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--bootstrap-servers", bootstrapServers, "--schema-registry", registryUrl));
        return command;
    }

    private boolean answers(String url, int status) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == status;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a broker has joined, as it says itself. */
    private static boolean inCluster(int port, int id) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers", "127.0.0.1:" + port,
                "default.api.timeout.ms", 2000,
                "request.timeout.ms", 1000))) {
            return admin.describeCluster().nodes().get().stream().anyMatch(node -> node.id() == id);
        } catch (ExecutionException e) {
            return false;
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    @Override
    public void close() throws IOException {
        parts.values().forEach(Part::close);
        for (Wire wire : wires.values()) {
            wire.close();
        }
    }
}
