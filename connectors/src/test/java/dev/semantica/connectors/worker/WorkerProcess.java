package dev.semantica.connectors.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Kafka's own connect-standalone, which knows our plug-ins from the packed directory alone, and can be killed. */
final class WorkerProcess implements AutoCloseable {

    /** What a worker does not have on its class path. */
    private static final Pattern NOT_CONNECT =
            Pattern.compile("semantica|/target/|io/confluent|/avro/|parquet|duckdb|software/amazon|commons-compress");

    private final Path directory;
    private final List<String> command;
    private Process process;

    WorkerProcess(Path directory, Map<String, String> settings, Map<String, String> connector) throws IOException {
        this.directory = Files.createDirectories(directory);
        Properties properties = new Properties();
        properties.putAll(settings);
        properties.putAll(Map.of(
                "plugin.path",
                System.getProperty("semantica.plugin"),
                "plugin.discovery",
                "service_load",
                "offset.storage.file.filename",
                directory.resolve("offsets").toString(),
                "listeners",
                "http://127.0.0.1:0"));
        Path worker = directory.resolve("worker.properties");
        try (var out = Files.newOutputStream(worker)) {
            properties.store(out, null);
        }
        Path config = directory.resolve("connector.json");
        Files.write(config, new ObjectMapper().writeValueAsBytes(connector));
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !NOT_CONNECT.matcher(entry).find())
                .collect(Collectors.joining(File.pathSeparator));
        command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                "org.apache.kafka.connect.cli.ConnectStandalone",
                worker.toString(),
                config.toString());
    }

    void start() throws IOException {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    /** Ends it without any warning (SIGKILL). */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** What it said, for a failing test. */
    String said() throws IOException {
        String text = Files.readString(log());
        return text.substring(Math.max(0, text.length() - 6000));
    }

    private Path log() {
        return directory.resolve("worker.log");
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
