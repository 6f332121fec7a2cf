package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** docker-compose.yml of this repository as a project of its own, on ports that were free. */
final class ComposeProject {

    static final Path ROOT = Path.of(System.getProperty("semantica.root"));
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Map<String, String> environment = new HashMap<>();
    private final Path logs;

    /** @param logs an empty folder */
    ComposeProject(String name, Path logs) {
        this.logs = logs;
        environment.put("COMPOSE_PROJECT_NAME", name);
    }

    /** Sets what the file takes from the environment. */
    void set(String variable, String value) {
        environment.put(variable, value);
    }

    /** Gives the variable a port that is free now, and returns it. */
    int setPort(String variable) throws IOException {
        int port = FreePorts.next();
        set(variable, Integer.toString(port));
        return port;
    }

    /** Runs docker-compose and returns what it wrote to standard output. */
    String compose(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("docker-compose", "-f", ROOT.resolve("docker-compose.yml") + ""));
        command.addAll(Arrays.asList(arguments));
        return run(command.toArray(String[]::new));
    }

    /** The id of a service's container. */
    String container(String service) throws Exception {
        return compose("ps", "-q", service).strip();
    }

    void awaitHealthy(String service) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String health = "";
        while (System.nanoTime() < deadline) {
            health = run("docker", "inspect", "--format", "{{.State.Health.Status}}", container(service))
                    .strip();
            if (health.equals("healthy")) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        throw new AssertionError(service + " is " + health + ":\n" + compose("logs", "--no-color", service));
    }

    /** Asks a service at its port 8080 from this machine, over the containers' network. */
    String get(String service, String path) throws Exception {
        String address = run(
                        "docker",
                        "inspect",
                        "--format",
                        "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                        container(service))
                .strip();
        return get(URI.create("http://" + address + ":8080" + path));
    }

    static String get(URI address) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(20)).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Runs a command to its end and returns what it wrote to standard output. */
    String run(String... command) throws Exception {
        Path out = Files.createTempFile(logs, "command", ".out");
        Path err = Files.createTempFile(logs, "command", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " did not end: " + Files.readString(err));
        }
        assertThat(process.exitValue())
                .as("%s: %s%s", String.join(" ", command), Files.readString(out), Files.readString(err))
                .isZero();
        return Files.readString(out);
    }
}
