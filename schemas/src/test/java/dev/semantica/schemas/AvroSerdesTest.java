package dev.semantica.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroSerdesTest {

    private static final Map<String, String> REGISTRY = Map.of("schema.registry.url", "mock://avro-serdes-test");

    private final Topics topics = Topics.of(TopicNames.DEFAULT, new AvroSerdes(REGISTRY));

    @Test
    void roundTripKeepsEveryField() {
        ImageEvent event = event();
        Serde<ImageEvent> serde = topics.imageEvents().valueSerde();

        byte[] bytes = serde.serializer().serialize("image-events", event);

        assertThat(serde.deserializer().deserialize("image-events", bytes)).isEqualTo(event);
    }

    @Test
    void aPlainConfluentDeserializerReadsOurRecords() {
        byte[] bytes = topics.imageEvents().valueSerde().serializer().serialize("image-events", event());

        try (KafkaAvroDeserializer theirs = new KafkaAvroDeserializer()) {
            theirs.configure(REGISTRY, false);
            GenericRecord record = (GenericRecord) theirs.deserialize("image-events", bytes);
            assertThat(record.get("imageId")).hasToString("cat.png");
            assertThat(record.get("deadline")).isEqualTo(1_800_000_000_000L);
        }
    }

    @Test
    void refusesARecordOfAnotherType() {
        byte[] control = topics.requestControls()
                .valueSerde()
                .serializer()
                .serialize("request-controls", new RequestControl("r", ControlAction.CANCEL, null, null));

        assertThatThrownBy(
                        () -> topics.imageEvents().valueSerde().deserializer().deserialize("image-events", control))
                .isInstanceOf(SerializationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "\u0000", "\u0000\u0000\u0000", "\u0000\u0000\u0000\u0000\u0001", "{"})
    void refusesBytesThatAreNotAvro(String text) {
        topics.imageEvents().valueSerde().serializer().serialize("image-events", event());

        assertThatThrownBy(() -> topics.imageEvents()
                        .valueSerde()
                        .deserializer()
                        .deserialize("image-events", text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void asksForTheRegistry() {
        assertThatThrownBy(() -> new AvroSerdes(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("schema.registry.url");
    }

    static Stream<Throwable> outages() {
        return Stream.of(
                new SerializationException("no schema", new ConnectException("refused")),
                new SerializationException("no schema", new SocketException("Unexpected end of file from server")),
                new SerializationException("no schema", new SSLHandshakeException("certificate expired")),
                // What Confluent's serializers make of the answers 401, 403 and 503.
                new AuthenticationException("who?"),
                new AuthorizationException("not you"),
                new TimeoutException("away"));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void anOutageIsNotTheRecordsFault(Throwable thrown) {
        assertThat(AvroSerdes.isOutage(thrown)).isTrue();
    }

    static Stream<Throwable> brokenRecords() {
        return Stream.of(
                new SerializationException("Unknown magic byte!"),
                new SerializationException("cut off", new EOFException()),
                new SerializationException("no schema", new RestClientException("Schema 7 not found", 404, 40403)));
    }

    @ParameterizedTest
    @MethodSource("brokenRecords")
    void aBrokenRecordIsNoOutage(Throwable thrown) {
        assertThat(AvroSerdes.isOutage(thrown)).isFalse();
    }

    private static ImageEvent event() {
        return ImageEvent.newBuilder()
                .setRequestId("pets")
                .setImageId("cat.png")
                .setImage(new InlineImage(ByteBuffer.wrap(new byte[] {1, 2, 3}), "image/png"))
                .setOptions(SamplingOptions.newBuilder().setCount(4).setSeed(7L).build())
                .setDeadline(Instant.ofEpochMilli(1_800_000_000_000L))
                .setAttributes(Map.of("path", "pets/cat.png"))
                .build();
    }
}
