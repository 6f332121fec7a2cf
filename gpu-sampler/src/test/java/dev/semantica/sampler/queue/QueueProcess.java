package dev.semantica.sampler.queue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A queue in a JVM of its own that takes one record, so that a test can kill it. */
final class QueueProcess implements AutoCloseable {
    private final Process process;

    /** Returns when the other process has its record. */
    QueueProcess(String type, String bootstrapServers, String topic, Duration lock, int deliveryLimit)
            throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        process = new ProcessBuilder(
                        java,
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        QueueProcess.class.getName(),
                        type,
                        bootstrapServers,
                        topic,
                        lock.toString(),
                        Integer.toString(deliveryLimit))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var line = output.readLine();
        if (line == null || !line.startsWith("took")) {
            close();
            throw new IllegalStateException("The other process took no record but said: " + line);
        }
    }

    /** Ends the process without any warning (SIGKILL) and returns when it is gone. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** Takes one record and holds it until standard input ends, which a dying parent sees to. */
    public static void main(String[] args) throws Exception {
        try (var queue = open(
                args[0],
                args[2],
                Duration.parse(args[3]),
                Integer.parseInt(args[4]),
                Map.of("bootstrap.servers", args[1]))) {
            var taken = queue.poll(Duration.ofSeconds(30));
            System.out.println("took " + taken);
            while (System.in.read() >= 0) {}
            queue.close(Duration.ZERO);
        }
    }

    private static BatchQueue open(
            String type, String topic, Duration lock, int deliveryLimit, Map<String, String> client)
            throws InterruptedException {
        return type.equals("share")
                ? ShareGroupBatchQueue.open(
                        new ShareGroupConfig(topic, topic, 1, lock, deliveryLimit, client), (delivery, reason) -> {})
                : ConsumerGroupBatchQueue.open(
                        new ConsumerGroupConfig(topic, topic, 1, lock, deliveryLimit, client),
                        (delivery, reason) -> {});
    }
}
