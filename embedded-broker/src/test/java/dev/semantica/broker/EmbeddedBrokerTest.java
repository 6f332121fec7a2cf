package dev.semantica.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    private final List<BrokerFault> faults = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void nothingWentWrongInside() {
        assertThat(faults).isEmpty();
    }

    private EmbeddedBroker start(int port, Map<String, String> overrides) {
        return EmbeddedBroker.start(new EmbeddedBrokerConfig(directory, port, overrides), faults::add);
    }

    private static int port(EmbeddedBroker broker) {
        return Integer.parseInt(broker.bootstrapServers().replaceFirst(".*:", ""));
    }

    private static List<String> values(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "v" + i).toList();
    }

    @Test
    void recordsTransactionsAndShareGroupsWorkAndARestartKeepsTheData() throws Exception {
        String clusterId;
        try (var broker = start(0, Map.of())) {
            clusterId = broker.clusterId();
            var clients = new Clients(broker.bootstrapServers());
            clients.createTopic("t");
            try (var producer = clients.producer(Map.of("transactional.id", "writer"))) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("t", "k", "aborted")).get();
                producer.abortTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("t", "k", "v0")).get();
                producer.commitTransaction();
            }
            clients.produce("t", 1, 20);

            assertThat(clients.readAll("t")).isEqualTo(values(0, 20));
            assertThat(clients.readShared("t", "workers", 21)).containsAll(values(0, 20));
        }
        try (var broker = start(0, Map.of())) {
            assertThat(broker.clusterId()).isEqualTo(clusterId);
            assertThat(new Clients(broker.bootstrapServers()).readAll("t")).isEqualTo(values(0, 20));
        }
    }

    @Test
    void recordsSurviveAKillAndComeBackOnTheSamePort() throws Exception {
        int port;
        try (var child = new BrokerProcess(directory, 0)) {
            var clients = new Clients(child.firstLine());
            port = Integer.parseInt(child.firstLine().replaceFirst(".*:", ""));
            clients.createTopic("t");
            clients.produce("t", 0, 500);

            assertThatThrownBy(() -> start(0, Map.of()))
                    .isInstanceOf(EmbeddedBrokerException.class)
                    .hasMessageContaining("in use by another embedded broker");
        }
        try (var broker = start(port, Map.of())) {
            assertThat(port(broker)).isEqualTo(port);
            var clients = new Clients(broker.bootstrapServers());
            assertThat(clients.readAll("t")).isEqualTo(values(0, 500));
            clients.produce("t", 500, 510);
            assertThat(clients.readAll("t")).isEqualTo(values(0, 510));
        }
    }

    @Test
    void aSecondBrokerOnTheSameDirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
        try (var first = start(0, Map.of("message.max.bytes", "4096"))) {
            assertThatThrownBy(() -> start(0, Map.of()))
                    .isInstanceOf(EmbeddedBrokerException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("in use by another embedded broker");

            var clients = new Clients(first.bootstrapServers());
            clients.createTopic("t");
            clients.produce("t", 0, 1);
            try (var producer = clients.producer(Map.of())) {
                assertThatThrownBy(() -> producer.send(new ProducerRecord<>("t", "k", "x".repeat(5000)))
                                .get())
                        .hasCauseInstanceOf(RecordTooLargeException.class);
            }
        }
    }

    @Test
    void aTakenPortIsNamedInTheError() throws Exception {
        try (var taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(BoundSockets.loopback(), 0));
            assertThatThrownBy(() -> start(taken.getLocalPort(), Map.of()))
                    .isInstanceOf(EmbeddedBrokerException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("choose another");
        }
    }

    @Test
    void aWrongSettingIsNamedInTheError() {
        assertThatThrownBy(() -> start(0, Map.of("num.io.threads", "many")))
                .isInstanceOf(EmbeddedBrokerException.class)
                .hasMessageContaining("num.io.threads")
                .hasMessageContaining("many");
    }

    @Test
    void aStartThatFailsInTheMiddleLeavesNothingBehind() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, BoundSockets.loopback())) {
            port = socket.getLocalPort();
        }
        // Unknown classes are looked for only after the raft threads and the controller run.
        assertThatThrownBy(() -> start(port, Map.of("authorizer.class.name", "no.such.Authorizer")))
                .isInstanceOf(EmbeddedBrokerException.class)
                .hasMessageContaining(directory.toString());
        assertThat(faults).extracting(BrokerFault::component).contains("controller startup");
        faults.clear();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("kafka-1-") || name.contains("quorum-controller"));

        try (var broker = start(port, Map.of())) {
            assertThat(port(broker)).isEqualTo(port);
        }
    }
}
