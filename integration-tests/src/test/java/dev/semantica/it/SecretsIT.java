package dev.semantica.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.console.security.Application;
import dev.semantica.console.security.Permissions;
import dev.semantica.console.security.ResourceNames;
import dev.semantica.it.SecuredBroker.Login;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Secrets that ConfigProviders look up work, and are in nothing that is said, logged, answered or thrown. */
class SecretsIT {

    private static final String USER = "client";
    private static final String REGISTRY_SECRET = "registry-secret-of-a-test";
    private static final String S3_SECRET = "s3-secret-of-a-test";
    private static final String WRONG_SECRET = "wrong-secret-of-a-test";
    private static final List<String> SECRETS =
            List.of(SecuredBroker.PASSWORD, Certificates.PASSWORD, REGISTRY_SECRET, S3_SECRET, WRONG_SECRET);

    @TempDir
    Path directory;

    private final StringBuilder seen = new StringBuilder();

    @Test
    @Timeout(120)
    void theyWorkAndAreNowhere() throws Exception {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        Files.writeString(
                secrets.resolve("kafka.properties"),
                "good=" + SecuredBroker.PASSWORD + "\nwrong=" + WRONG_SECRET + "\ns3=" + S3_SECRET + "\n");
        Files.writeString(secrets.resolve("registry"), USER + ":" + REGISTRY_SECRET);
        try (SecuredBroker broker = new SecuredBroker(directory, List.of(USER))) {
            Map<String, String> settings = settings(broker, secrets, "good");
            ResourceNames names = ResourceNames.from(Settings.load(null, Map.of(), settings));
            for (Application application : Application.values()) {
                broker.allow(USER, Permissions.of(application, names));
            }
            String logged = logged(() -> {
                use(settings);
                fail(settings(broker, secrets, "wrong"));
                fail(settings(broker, secrets, "missing"));
            });
            assertThat(logged).as("what Kafka's clients log").contains("ProducerConfig values", "[hidden]");
            seen.append(logged);
            inAnotherProcess(broker);
        }
        assertThat(seen.toString()).doesNotContain(SECRETS.toArray(String[]::new));
    }

    private Map<String, String> settings(SecuredBroker broker, Path secrets, String password) {
        Map<String, String> settings = new HashMap<>(broker.settings(
                Login.PLAIN, USER, "${file:" + secrets.resolve("kafka.properties") + ":" + password + "}"));
        settings.putAll(Map.of(
                "config.providers", "file,directory",
                "config.providers.file.param.allowed.paths", secrets.toString(),
                "config.providers.directory.param.allowed.paths", secrets.toString(),
                "schema.registry.url", "mock://secrets",
                "schema.registry.basic.auth.credentials.source", "USER_INFO",
                "schema.registry.basic.auth.user.info", "${directory:" + secrets + ":registry}",
                "store.s3.access.key.id", "reader",
                "store.s3.secret.access.key", "${file:" + secrets.resolve("kafka.properties") + ":s3}",
                "topics.partitions", "1"));
        settings.putAll(Map.of(
                "store.s3.endpoint", "http://127.0.0.1:1",
                "store.s3.path.style", "true",
                "store.s3.region", "eu-west-1",
                "store.request.attempts", "1",
                "store.unavailable.timeout.ms", "1",
                "sources.store", "s3://bucket/sources",
                "sources.inline.max.bytes", "0",
                "bundles", Pipeline.BUNDLE.toString(),
                "state.dir", directory.resolve("state").toString(),
                "http.port", "0"));
        return settings;
    }

    /** All that works: applications that are watched, commands, and a store that is out of reach. */
    private void use(Map<String, String> settings) throws Exception {
        look(Command.run(settings, "topics", "create"), 0);
        try (Applicants applicants = new Applicants(settings, settings)) {
            for (InetSocketAddress address : applicants.watched()) {
                for (String path : List.of("/config", "/metrics", "/live", "/ready")) {
                    seen.append(get("http://127.0.0.1:" + address.getPort() + path));
                }
            }
            assertThat(seen).contains("kafka.sasl.jaas.config=[hidden]");
            Path picture = Pipeline.BUNDLE.resolve("examples").resolve("house.png");
            look(Command.run(settings, "submit", picture.toString(), "--variations=1", "--request=r"), 4);
            look(Command.run(settings, "status", "no-such-request"), 3);
        }
        look(Command.run(settings, "acls"), 0);
        look(Command.run(settings, "config", "docs"), 2);
        look(Command.run(Map.of(), "config", "docs"), 0);
        Settings loaded = Settings.load(null, Map.of(), settings);
        seen.append(ConnectionConfig.from(loaded));
    }

    private void fail(Map<String, String> settings) {
        for (List<String> command :
                List.of(List.of("worker"), List.of("streams"), List.of("topics", "create"), List.of("dlq", "list"))) {
            look(Command.run(settings, command.toArray(String[]::new)), 3);
        }
    }

    private void look(Command command, int expectedExit) {
        seen.append(command.out()).append(command.err());
        assertThat(command.exit()).as(command.out() + command.err()).isEqualTo(expectedExit);
    }

    private static String get(String url) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(url).isEqualTo(200);
        return answer.body();
    }

    /** Something that logs. */
    private interface Action {
        void run() throws Exception;
    }

    /** What is logged from INFO on, standard error with it. */
    private static String logged(Action action) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        PrintStream before = System.err;
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level level = root.getLevel();
        System.setErr(new PrintStream(all, true, UTF_8));
        root.setLevel(Level.INFO);
        try {
            action.run();
        } finally {
            root.setLevel(level);
            System.setErr(before);
        }
        return all.toString(UTF_8);
    }

    /** From the environment of a process, with all that it logs. */
    private void inAnotherProcess(SecuredBroker broker) throws Exception {
        List<String> command = new ArrayList<>(Installation.semantica("topics", "list", "--verbose"));
        broker.settings(Login.PLAIN, USER, "${env:KAFKA_PASSWORD}")
                .forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        command.addAll(List.of("--set", "config.providers=env", "--schema-registry", "mock://other"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KAFKA_PASSWORD", SecuredBroker.PASSWORD);
        Path output = directory.resolve("process.log");
        Process process = builder.redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(output);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains("AdminClientConfig values", "image-events");
        seen.append(said);
    }
}
