package dev.semantica.it;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A registry, a broker, the topology and a worker, each a process of its own that can be killed and started again. */
final class Installation implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final Map<String, List<String>> commands = new HashMap<>();
    private final Map<String, Process> processes = new HashMap<>();
    private final String bootstrapServers;
    private final String registryUrl;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> workerEnvironment = new HashMap<>();
    private boolean kafka3;

    Installation(Path directory) throws IOException {
        this(directory, Map.of());
    }

    /** @param workerSettings settings of the worker beside those that it always has */
    Installation(Path directory, Map<String, String> workerSettings) throws IOException {
        this.directory = directory;
        int brokerPort = FreePorts.next();
        int registryPort = FreePorts.next();
        bootstrapServers = "127.0.0.1:" + brokerPort;
        registryUrl = "http://127.0.0.1:" + registryPort + "/apis/ccompat/v7";
        commands.put(
                "registry",
                List.of(
                        java(),
                        "-Xmx384m",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + registryPort,
                        "-jar",
                        System.getProperty("semantica.registry")));
        commands.put(
                "broker",
                semantica("broker", "--directory", directory.resolve("broker").toString(), "--port", "" + brokerPort));
        commands.put(
                "streams",
                onCluster(
                        "streams",
                        "--set",
                        "state.dir=" + directory.resolve("state"),
                        "--set",
                        "streams.consumer.session.timeout.ms=6000",
                        "--set",
                        "streams.consumer.heartbeat.interval.ms=1000"));
        List<String> worker = onCluster(
                "worker",
                "--set",
                "bundles=" + Path.of(System.getProperty("semantica.root"), "models", "pages-lab"),
                "--set",
                "intra.op.threads=1");
        workerSettings.forEach((key, value) -> worker.addAll(List.of("--set", key + "=" + value)));
        commands.put("worker", worker);
    }

    /** Gives the worker environment variables beside those of this process. */
    void workerEnvironment(Map<String, String> variables) {
        workerEnvironment.putAll(variables);
    }

    /**
     * Takes a broker of Kafka 3 instead of ours.
     *
     * @param libs folder with the jars of Kafka
     */
    void useKafka3(Path libs) throws Exception {
        Path settings = directory.resolve("kafka-3.properties");
        String controller = "127.0.0.1:" + FreePorts.next();
        Files.writeString(
                settings,
                String.join(
                        "\n",
                        "process.roles=broker,controller",
                        "node.id=1",
                        "controller.quorum.voters=1@" + controller,
                        "listeners=PLAINTEXT://" + bootstrapServers + ",CONTROLLER://" + controller,
                        "controller.listener.names=CONTROLLER",
                        "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
                        "log.dirs=" + directory.resolve("broker"),
                        "message.max.bytes=8454144",
                        "offsets.topic.replication.factor=1",
                        "offsets.topic.num.partitions=5",
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.num.partitions=5",
                        "transaction.state.log.min.isr=1",
                        "group.initial.rebalance.delay.ms=0"));
        List<String> java = List.of(java(), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", libs + "/*");
        List<String> format = new ArrayList<>(java);
        format.addAll(List.of(
                "kafka.tools.StorageTool",
                "format",
                "--cluster-id",
                Uuid.randomUuid().toString(),
                "--config",
                settings.toString()));
        complete(0, format);
        List<String> broker = new ArrayList<>(java);
        broker.addAll(List.of("kafka.Kafka", settings.toString()));
        commands.put("broker", broker);
        kafka3 = true;
    }

    /** Starts a part and waits until it says that it serves. */
    void start(String part) throws Exception {
        Path log = log(part);
        long before = Files.exists(log) ? Files.size(log) : 0;
        ProcessBuilder builder = new ProcessBuilder(commands.get(part))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        if (part.equals("worker")) {
            builder.environment().putAll(workerEnvironment);
        }
        Process process = builder.start();
        processes.put(part, process);
        if (part.equals("registry")) {
            await("the registry", () -> answers(registryUrl + "/subjects"));
        } else if (part.equals("broker") && kafka3) {
            await("the broker", this::brokerAnswers);
        } else {
            await(part, () -> {
                if (!process.isAlive()) {
                    throw new AssertionError(part + " ended with " + process.exitValue());
                }
                return Files.readString(log).indexOf("semantica " + part + ":", (int) before) >= 0;
            });
        }
    }

    /** Kills a part with SIGKILL. */
    void kill(String part) throws InterruptedException {
        Process process = processes.get(part);
        process.destroyForcibly();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError(part + " survived SIGKILL");
        }
    }

    boolean alive(String part) {
        return processes.get(part).isAlive();
    }

    /** Runs a command of ours to its end and returns what it printed. */
    String run(int expectedExit, String... command) throws Exception {
        return complete(expectedExit, onCluster(command));
    }

    private String complete(int expectedExit, List<String> command) throws Exception {
        Path output = Files.createTempFile(directory, "command", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " did not end: " + Files.readString(output));
        }
        String printed = Files.readString(output);
        if (process.exitValue() != expectedExit) {
            throw new AssertionError(
                    String.join(" ", command) + " exited with " + process.exitValue() + ": " + printed);
        }
        return printed;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    String registryUrl() {
        return registryUrl;
    }

    Topics topics() {
        return Topics.of(TopicNames.DEFAULT, new AvroSerdes(Map.of("schema.registry.url", registryUrl)));
    }

    KafkaConsumer<String, byte[]> reader() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest",
                        "enable.auto.commit", "false"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    /** What the parts said, for a failing test. */
    String logs() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String part : commands.keySet()) {
            if (Files.exists(log(part)) && !part.equals("registry")) {
                String text = Files.readString(log(part));
                all.append("== ").append(part).append('\n').append(text.substring(Math.max(0, text.length() - 4000)));
            }
        }
        return all.toString();
    }

    static void await(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited in vain for " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** Something to wait for. */
    interface Condition {
        boolean holds() throws Exception;
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroyForcibly);
        processes.values().forEach(process -> process.onExit().join());
    }

    private boolean brokerAnswers() throws InterruptedException {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers, "default.api.timeout.ms", 2000, "request.timeout.ms", 1000))) {
            return !admin.describeCluster().nodes().get().isEmpty();
        } catch (ExecutionException e) {
            return false;
        }
    }

    private boolean answers(String url) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> onCluster(String... arguments) {
        List<String> command = semantica(arguments);
        command.addAll(List.of("--bootstrap-servers", bootstrapServers, "--schema-registry", registryUrl));
        return command;
    }

    static List<String> semantica(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.semantica.console.Semantica"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String java() {
        return ProcessHandle.current().info().command().orElseThrow();
    }

    private Path log(String part) {
        return directory.resolve(part + ".log");
    }
}
