package dev.semantica.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RegistryWaitTest {

    private static final byte[] BYTES = {1};

    private final RegistryWait wait = new RegistryWait(Duration.ofMillis(1));
    private final AtomicInteger tries = new AtomicInteger();

    @Test
    void triesAgainUntilTheRegistryAnswers() {
        wait.begin();

        assertThat(wait.reading(answeringAt(5)).deserialize("t", BYTES)).isEqualTo("read");
        assertThat(tries).hasValue(5);
    }

    @Test
    void startsWithoutWaiting() {
        assertThatThrownBy(() -> wait.reading(answeringAt(2)).deserialize("t", BYTES))
                .isInstanceOf(SerializationException.class);
        assertThat(tries).hasValue(1);
    }

    @Test
    void doesNotTryUnreadableRecordsAgain() {
        wait.begin();
        Deserializer<String> unreadable = (topic, bytes) -> {
            tries.incrementAndGet();
            throw new SerializationException("Unknown magic byte!");
        };

        assertThatThrownBy(() -> wait.reading(unreadable).deserialize("t", BYTES))
                .hasMessage("Unknown magic byte!");
        assertThat(tries).hasValue(1);
    }

    @Test
    void givesUpWhenItEnds() throws Exception {
        RegistryWait hours = new RegistryWait(Duration.ofHours(1));
        hours.begin();
        CountDownLatch asked = new CountDownLatch(1);
        Deserializer<String> unreachable = (topic, bytes) -> {
            asked.countDown();
            throw outage();
        };
        CompletableFuture<String> read =
                CompletableFuture.supplyAsync(() -> hours.reading(unreachable).deserialize("t", BYTES));
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        while (hours.waiting() == 0) {
            Thread.onSpinWait();
        }
        assertThat(hours.waiting()).isEqualTo(1);

        hours.end();

        assertThatThrownBy(() -> read.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SerializationException.class);
        assertThat(hours.hasEnded()).isTrue();
        assertThat(hours.waiting()).isZero();
    }

    private Deserializer<String> answeringAt(int which) {
        return (topic, bytes) -> {
            if (tries.incrementAndGet() < which) {
                throw outage();
            }
            return "read";
        };
    }

    private static SerializationException outage() {
        return new SerializationException("Error retrieving Avro value schema", new ConnectException("refused"));
    }
}
