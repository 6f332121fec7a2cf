package dev.semantica.connectors.contract;

import dev.semantica.connectors.PluginVersion;
import dev.semantica.schemas.AvroSerdes;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;

/**
 * Converts the values of our topics, in Confluent's wire format and with exactly the schemas of this release. It takes
 * the settings of Confluent's serializers, {@code schema.registry.url} first of all. Other records are refused.
 */
public final class ContractConverter implements Converter, Versioned {

    private static final ConfigDef CONFIG = new ConfigDef()
            .define(
                    "schema.registry.url",
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    new ConfigDef.NonEmptyString(),
                    ConfigDef.Importance.HIGH,
                    "URL of the schema registry. All other settings of Confluent's Avro serializers are taken too.");

    private Serde<SpecificRecord> serde;

    /** Called by Connect. */
    public ContractConverter() {}

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        if (isKey) {
            throw new ConfigException(
                    "key.converter",
                    ContractConverter.class.getName(),
                    "Keys of our topics are strings: use org.apache.kafka.connect.storage.StringConverter");
        }
        CONFIG.parse(configs);
        serde = new AvroSerdes(configs).of(SpecificRecord.class);
    }

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        if (value == null) {
            return null;
        }
        String name = schema == null ? null : schema.name();
        Contract<?> contract = Contract.named(name)
                .orElseThrow(() -> new DataException("Topic " + topic + ": no record of ours is called " + name));
        try {
            return serde.serializer().serialize(topic, contract.fromConnect(value));
        } catch (KafkaException e) {
            throwIfOutage(e);
            throw new DataException("Topic " + topic + ": cannot write a " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] value) {
        if (value == null) {
            return SchemaAndValue.NULL;
        }
        SpecificRecord record;
        try {
            record = serde.deserializer().deserialize(topic, value);
        } catch (KafkaException e) {
            throwIfOutage(e);
            throw new DataException("Topic " + topic + ": cannot read the value: " + e.getMessage(), e);
        }
        String name = record.getSchema().getFullName();
        return Contract.named(name)
                .map(contract -> toConnect(contract, record))
                .orElseThrow(() -> new DataException("Topic " + topic + " holds a " + name + ", which no topic does"));
    }

    /** Connect tries again for as long as {@code errors.retry.timeout} says. */
    private static void throwIfOutage(KafkaException e) {
        if (AvroSerdes.isOutage(e)) {
            throw new RetriableException("The schema registry cannot be reached: " + e.getMessage(), e);
        }
    }

    private static <T extends SpecificRecord> SchemaAndValue toConnect(Contract<T> contract, SpecificRecord record) {
        return new SchemaAndValue(
                contract.schema(), contract.toConnect(contract.type().cast(record)));
    }

    @Override
    public ConfigDef config() {
        return CONFIG;
    }

    @Override
    public String version() {
        return PluginVersion.get();
    }
}
