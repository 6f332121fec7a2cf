package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.console.config.Settings;
import dev.semantica.console.security.Application;
import dev.semantica.console.security.Permission;
import dev.semantica.console.security.Permissions;
import dev.semantica.console.security.ResourceNames;
import dev.semantica.it.SecuredBroker.Login;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Over TLS, by password, SCRAM, token and certificate: a request goes through, and a stranger gets nowhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class AuthenticationIT {

    /** In the client's certificate too. */
    private static final String USER = "client";

    private Path directory;
    private SecuredBroker broker;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        broker = new SecuredBroker(temporary, List.of(USER));
        broker.addUser(USER);
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private Map<String, String> settings(Login login, String password) {
        Map<String, String> settings = new HashMap<>(broker.settings(login, USER, password));
        settings.putAll(Map.of(
                "schema.registry.url",
                "mock://authentication",
                "topics.prefix",
                login.name() + "-",
                "application.id",
                login + "-streams",
                "queue.group.id",
                login + "-samplers",
                "topics.partitions",
                "1",
                "bundles",
                Pipeline.BUNDLE.toString(),
                "state.dir",
                directory.resolve(login + "-state").toString()));
        return settings;
    }

    @ParameterizedTest
    @EnumSource(Login.class)
    void aRequestGoesThrough(Login login) throws Exception {
        Map<String, String> settings = settings(login, SecuredBroker.password(login));
        Set<Permission> all = new LinkedHashSet<>();
        ResourceNames names = ResourceNames.from(Settings.load(null, Map.of(), settings));
        for (Application application : List.of(
                Application.TOPICS, Application.STREAMS, Application.WORKER, Application.AUGMENT, Application.STATUS)) {
            all.addAll(Permissions.of(application, names));
        }
        broker.allow(USER, List.copyOf(all));
        Command.run(settings, "topics", "create").answer();
        try (Applicants applicants = new Applicants(settings, settings)) {
            assertThat(applicants.watched()).isEmpty();
            Path out = directory.resolve(login + "-out");
            Command.run(
                            settings,
                            "augment",
                            Pipeline.BUNDLE
                                    .resolve("examples")
                                    .resolve("house.png")
                                    .toString(),
                            "--variations=1",
                            "--steps=2",
                            "--out=" + out)
                    .answer();
            assertThat(Files.readString(out.resolve("images").resolve("metadata.jsonl")))
                    .contains("house.png");
        }
    }

    @ParameterizedTest
    @EnumSource(Login.class)
    void aStrangerIsToldSo(Login login) {
        Command command = Command.run(settings(login, "a-wrong-password"), "worker");

        assertThat(command.err())
                .startsWith("error: The brokers at 127.0.0.1:")
                .contains("check ")
                .contains("kafka.")
                .doesNotContain("\tat ", "a-wrong-password");
        assertThat(command.exit()).as(command.err()).isEqualTo(3);
    }
}
