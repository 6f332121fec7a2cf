package dev.semantica.connectors.contract;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/** Values of our records to Connect and back. */
final class ConnectValues {

    private static final SpecificData AVRO = new SpecificData(ConnectValues.class.getClassLoader());

    private ConnectValues() {}

    /** The Connect value of an Avro value, for a schema of {@link ConnectSchemas}. */
    static Object toConnect(Object value, org.apache.kafka.connect.data.Schema schema) {
        if (value == null) {
            return null;
        }
        return switch (schema.type()) {
            case STRUCT -> struct((IndexedRecord) value, schema);
            case MAP -> {
                Map<Object, Object> map = new HashMap<>();
                ((Map<?, ?>) value)
                        .forEach((key, item) -> map.put(key.toString(), toConnect(item, schema.valueSchema())));
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                ((List<?>) value).forEach(item -> list.add(toConnect(item, schema.valueSchema())));
                yield list;
            }
            case STRING -> value.toString();
            default -> value instanceof Instant instant ? Date.from(instant) : value;
        };
    }

    private static Struct struct(IndexedRecord record, org.apache.kafka.connect.data.Schema schema) {
        Struct struct = new Struct(schema);
        if (ConnectSchemas.UNION.equals(schema.name())) {
            String branch = record.getSchema().getFullName();
            return struct.put(branch, struct(record, schema.field(branch).schema()));
        }
        for (Schema.Field field : record.getSchema().getFields()) {
            struct.put(
                    field.name(),
                    toConnect(
                            record.get(field.pos()), schema.field(field.name()).schema()));
        }
        return struct;
    }

    /**
     * The record of a struct. A field that the struct lacks takes its default; fields that the record lacks are left
     * out: writer and reader may be of different releases.
     *
     * @throws DataException naming the field that does not fit
     */
    static IndexedRecord record(Struct struct, Schema schema) {
        IndexedRecord record = (IndexedRecord) AVRO.newRecord(null, schema);
        for (Schema.Field field : schema.getFields()) {
            Object value = struct.schema().field(field.name()) == null ? null : struct.get(field.name());
            record.put(field.pos(), value == null ? absent(field) : at(field.name(), value, field.schema()));
        }
        return record;
    }

    private static Object absent(Schema.Field field) {
        if (field.hasDefaultValue()) {
            return AVRO.getDefaultValue(field);
        }
        if (field.schema().isNullable()) {
            return null;
        }
        throw new DataException("Field " + field.name() + " is missing");
    }

    private static Object at(String field, Object value, Schema schema) {
        try {
            return toAvro(value, schema);
        } catch (ClassCastException | IllegalArgumentException e) {
            throw new DataException("Field " + field + " does not fit " + schema.getType() + ": " + e.getMessage(), e);
        }
    }

    private static Object toAvro(Object value, Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> record((Struct) value, schema);
            case UNION -> branch(value, schema);
            case ENUM -> enumeration((String) value, schema);
            case MAP -> {
                Map<String, Object> map = new HashMap<>();
                ((Map<?, ?>) value)
                        .forEach((key, item) -> map.put(key.toString(), at("of a map", item, schema.getValueType())));
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                ((List<?>) value).forEach(item -> list.add(at("of a list", item, schema.getElementType())));
                yield list;
            }
            case BYTES -> value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : (ByteBuffer) value;
            case STRING -> (String) value;
            case INT -> (Integer) value;
            case LONG -> ConnectSchemas.isTimestamp(schema) ? instant(value) : (Long) value;
            case DOUBLE -> (Double) value;
            case FLOAT -> (Float) value;
            case BOOLEAN -> (Boolean) value;
            case FIXED, NULL -> throw new IllegalArgumentException("no such field in our records");
        };
    }

    private static Instant instant(Object value) {
        return value instanceof Date date ? date.toInstant() : Instant.ofEpochMilli((Long) value);
    }

    private static Object enumeration(String symbol, Schema schema) {
        if (schema.hasEnumSymbol(symbol)) {
            return AVRO.createEnum(symbol, schema);
        }
        if (schema.getEnumDefault() != null) {
            return AVRO.createEnum(schema.getEnumDefault(), schema);
        }
        throw new IllegalArgumentException("'" + symbol + "' is none of " + schema.getEnumSymbols());
    }

    private static Object branch(Object value, Schema union) {
        List<Schema> branches = union.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        if (branches.size() == 1) {
            return toAvro(value, branches.get(0));
        }
        Struct struct = (Struct) value;
        for (Schema branch : branches) {
            // Without enhanced.avro.schema.support Confluent's converter names a branch without its namespace.
            for (String name : List.of(branch.getFullName(), branch.getName())) {
                if (struct.schema().field(name) != null && struct.get(name) != null) {
                    return toAvro(struct.get(name), branch);
                }
            }
        }
        throw new IllegalArgumentException(
                "none of " + branches.stream().map(Schema::getFullName).toList() + " is set");
    }
}
