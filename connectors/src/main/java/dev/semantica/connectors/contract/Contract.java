package dev.semantica.connectors.contract;

import dev.semantica.schemas.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * One of our record types, in Avro and in Connect. The Connect schema follows Confluent's conventions,
 * so that Confluent's AvroConverter (with {@code enhanced.avro.schema.support=true}) writes the same Avro record as
 * {@link ContractConverter}.
 *
 * @param type the generated class
 * @param schema its Connect schema
 * @param <T> the generated class
 */
public record Contract<T extends SpecificRecord>(Class<T> type, Schema schema) {

    private static final Map<String, Contract<?>> BY_NAME = Topics.VALUE_TYPES.values().stream()
            .map(Contract::of)
            .collect(Collectors.toUnmodifiableMap(contract -> contract.schema().name(), contract -> contract));

    /** The contract of a generated class. */
    public static <T extends SpecificRecord> Contract<T> of(Class<T> type) {
        return new Contract<>(type, ConnectSchemas.of(SpecificData.get().getSchema(type)));
    }

    /** The contract of a topic's record by its full name; empty for records that are not ours. */
    static Optional<Contract<?>> named(String fullName) {
        return Optional.ofNullable(fullName).map(BY_NAME::get);
    }

    /** The record as Connect data of {@link #schema()}. */
    public Struct toConnect(T value) {
        return (Struct) ConnectValues.toConnect(value, schema);
    }

    /**
     * The record of Connect data, however it was converted: by our converter or Confluent's, with or without enhanced
     * schema support, by this release or another.
     *
     * @throws DataException if it is no such record, naming what was found and which field does not fit
     */
    public T fromConnect(Object value) {
        if (!(value instanceof Struct struct)
                || !schema.name().equals(struct.schema().name())) {
            throw new DataException("Expected a " + schema.name() + ", found "
                    + (value instanceof Struct other
                            ? "a struct named " + other.schema().name()
                            : value == null ? "null" : "a " + value.getClass().getName())
                    + ". Set value.converter to " + ContractConverter.class.getName()
                    + " or io.confluent.connect.avro.AvroConverter");
        }
        return type.cast(ConnectValues.record(struct, SpecificData.get().getSchema(type)));
    }
}
