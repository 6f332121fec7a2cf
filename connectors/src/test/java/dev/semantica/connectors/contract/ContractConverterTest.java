package dev.semantica.connectors.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.connectors.Records;
import dev.semantica.schemas.AvroSerdes;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.Topics;
import dev.semantica.schemas.Variation;
import io.confluent.connect.avro.AvroConverter;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.api.Test;

/** Ours and Confluent's converter write and read the same. */
class ContractConverterTest {

    private static final String SCOPE = "contract-converter-test";
    private static final Map<String, Object> REGISTRY = Map.of("schema.registry.url", "mock://" + SCOPE);
    private static final List<ImageEvent> EVENTS =
            List.of(Records.event(Records.inline("x")), Records.event(Records.reference("s3://b/k", Records.DIGEST)));

    private final AvroSerdes serdes = new AvroSerdes(REGISTRY);

    private static Converter ours() {
        ContractConverter converter = new ContractConverter();
        converter.configure(REGISTRY, false);
        return converter;
    }

    private static Converter confluents(boolean enhanced) {
        AvroConverter converter = new AvroConverter();
        converter.configure(
                Map.of("schema.registry.url", "mock://" + SCOPE, "enhanced.avro.schema.support", enhanced), false);
        return converter;
    }

    @Test
    void oursWritesWhatTheApplicationsRead() {
        Contract<ImageEvent> contract = Contract.of(ImageEvent.class);
        for (ImageEvent event : EVENTS) {
            byte[] bytes = ours().fromConnectData("ours", contract.schema(), contract.toConnect(event));
            assertThat(serdes.of(ImageEvent.class).deserializer().deserialize("ours", bytes))
                    .isEqualTo(event);
        }
    }

    @Test
    void anOutageOfTheRegistryIsRetriable() throws Exception {
        int nobodyListens;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobodyListens = socket.getLocalPort();
        }
        ContractConverter away = new ContractConverter();
        away.configure(Map.of("schema.registry.url", "http://127.0.0.1:" + nobodyListens, "max.retries", 0), false);
        Contract<ImageEvent> contract = Contract.of(ImageEvent.class);
        byte[] written = ours().fromConnectData("away", contract.schema(), contract.toConnect(EVENTS.get(0)));

        assertThatThrownBy(() -> away.toConnectData("away", written)).isInstanceOf(RetriableException.class);
        assertThatThrownBy(() -> away.fromConnectData("away", contract.schema(), contract.toConnect(EVENTS.get(0))))
                .isInstanceOf(RetriableException.class)
                .hasMessageContaining("registry");
    }

    @Test
    void confluentsWritesWhatTheApplicationsRead() {
        Contract<ImageEvent> contract = Contract.of(ImageEvent.class);
        for (ImageEvent event : EVENTS) {
            byte[] bytes = confluents(true).fromConnectData("theirs", contract.schema(), contract.toConnect(event));
            assertThat(serdes.of(ImageEvent.class).deserializer().deserialize("theirs", bytes))
                    .isEqualTo(event);
        }
    }

    @Test
    void confluentsRegistersOurSchemas() throws Exception {
        SchemaRegistryClient registry = MockSchemaRegistry.getClientForScope(SCOPE);
        for (Class<? extends SpecificRecord> type : Topics.VALUE_TYPES.values()) {
            Contract<?> contract = Contract.of(type);
            String topic = "registers-" + type.getSimpleName();
            org.apache.avro.Schema avro = SpecificData.get().getSchema(type);
            SpecificRecord record = Samples.of(type);
            byte[] bytes = confluents(true).fromConnectData(topic, contract.schema(), toConnect(contract, record));
            // As text: Avro cannot compare a moment in a union of a nested record.
            assertThat(serdes.of(type).deserializer().deserialize(topic, bytes)).hasToString(record.toString());
            var registered = new org.apache.avro.Schema.Parser()
                    .parse(registry.getLatestSchemaMetadata(topic + "-value").getSchema());
            assertThat(registered.getFullName()).isEqualTo(avro.getFullName());
            assertThat(compatibility(avro, registered)).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
            assertThat(compatibility(registered, avro)).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
            // The canonical form keeps names, fields, types and symbols, and leaves out documentation and properties.
            assertThat(org.apache.avro.SchemaNormalization.toParsingForm(registered))
                    .isEqualTo(org.apache.avro.SchemaNormalization.toParsingForm(avro));
        }
    }

    private static <T extends SpecificRecord> Object toConnect(Contract<T> contract, SpecificRecord record) {
        return contract.toConnect(contract.type().cast(record));
    }

    private static SchemaCompatibilityType compatibility(org.apache.avro.Schema reader, org.apache.avro.Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getType();
    }

    @Test
    void bothReadWhatTheApplicationsWrite() {
        Contract<Variation> contract = Contract.of(Variation.class);
        for (Variation variation : List.of(
                Records.variation("i", 1, "bird"),
                Records.variation("i", 0, null, Records.reference("s3://b/k", Records.DIGEST)))) {
            byte[] bytes = serdes.of(Variation.class).serializer().serialize("variations", variation);
            for (Converter converter : List.of(ours(), confluents(true), confluents(false))) {
                SchemaAndValue read = converter.toConnectData("variations", bytes);
                assertThat(contract.fromConnect(read.value())).isEqualTo(variation);
            }
        }
    }

    @Test
    void nullStaysNull() {
        assertThat(ours().fromConnectData("t", null, null)).isNull();
        assertThat(ours().toConnectData("t", null)).isEqualTo(SchemaAndValue.NULL);
    }

    @Test
    void whatIsNotOursIsRefused() {
        assertThatThrownBy(() -> ours().fromConnectData("t", Schema.STRING_SCHEMA, "x"))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> ours().toConnectData("t", new byte[] {1, 2, 3}))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Topic t");
        assertThatThrownBy(() -> new ContractConverter().configure(REGISTRY, true))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("StringConverter");
        assertThatThrownBy(() -> new ContractConverter().configure(Map.of(), false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.url");
    }
}
