package dev.semantica.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A broker in a JVM of its own, so that a test can kill it. */
final class BrokerProcess implements AutoCloseable {
    private final Process process;
    private final String firstLine;

    BrokerProcess(Path directory, int port) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        process = new ProcessBuilder(
                        java,
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        directory.toString(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        firstLine = output.readLine();
    }

    /** The bootstrap servers, or why the broker did not start. */
    String firstLine() {
        return firstLine;
    }

    /** Ends the process without any warning (SIGKILL) and returns when it is gone. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** Prints the bootstrap servers and runs until standard input ends, which a dying parent sees to. */
    public static void main(String[] args) throws IOException {
        var config = new EmbeddedBrokerConfig(Path.of(args[0]), Integer.parseInt(args[1]), Map.of());
        try (var broker = EmbeddedBroker.start(config)) {
            System.out.println(broker.bootstrapServers());
            while (System.in.read() >= 0) {}
        } catch (EmbeddedBrokerException e) {
            System.out.println(e.getMessage());
        }
    }
}
