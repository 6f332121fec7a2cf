package dev.semantica.connectors.contract;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Connect schemas for Avro schemas, by the conventions of Confluent's AvroConverter with
 * {@code enhanced.avro.schema.support=true}: it turns them into the same Avro record, field for field.
 */
final class ConnectSchemas {

    /** Name of a struct that stands for a union; it has an optional field for each branch. */
    static final String UNION = "io.confluent.connect.avro.Union";

    private static final String ENUM = "io.confluent.connect.avro.Enum";
    private static final String ENUM_DEFAULT = "io.confluent.connect.avro.enum.default.";

    private ConnectSchemas() {}

    /** The Connect schema of an Avro record. */
    static Schema of(org.apache.avro.Schema record) {
        return build(record).build();
    }

    private static SchemaBuilder build(org.apache.avro.Schema avro) {
        return switch (avro.getType()) {
            case RECORD -> struct(avro);
            case ENUM -> enumeration(avro);
            case UNION -> union(avro);
            case MAP ->
                SchemaBuilder.map(
                        Schema.STRING_SCHEMA, build(avro.getValueType()).build());
            case ARRAY -> SchemaBuilder.array(build(avro.getElementType()).build());
            case BYTES -> SchemaBuilder.bytes();
            case STRING -> SchemaBuilder.string();
            case INT -> SchemaBuilder.int32();
            case LONG -> isTimestamp(avro) ? Timestamp.builder() : SchemaBuilder.int64();
            case DOUBLE -> SchemaBuilder.float64();
            case FLOAT -> SchemaBuilder.float32();
            case BOOLEAN -> SchemaBuilder.bool();
            case FIXED, NULL -> throw new IllegalArgumentException("No Connect schema for Avro " + avro);
        };
    }

    static boolean isTimestamp(org.apache.avro.Schema avro) {
        return avro.getLogicalType() instanceof LogicalTypes.TimestampMillis;
    }

    private static SchemaBuilder struct(org.apache.avro.Schema record) {
        SchemaBuilder struct = SchemaBuilder.struct().name(record.getFullName());
        for (org.apache.avro.Schema.Field field : record.getFields()) {
            SchemaBuilder type = build(field.schema());
            if (field.hasDefaultValue() && field.defaultVal() != JsonProperties.NULL_VALUE) {
                type.defaultValue(defaultOf(field));
            }
            struct.field(field.name(), type.build());
        }
        return struct;
    }

    private static Object defaultOf(org.apache.avro.Schema.Field field) {
        Object value = field.defaultVal();
        return value instanceof Map<?, ?> map ? new HashMap<>(map) : value;
    }

    private static SchemaBuilder enumeration(org.apache.avro.Schema avro) {
        SchemaBuilder builder = SchemaBuilder.string().parameter(ENUM, avro.getFullName());
        if (avro.getEnumDefault() != null) {
            builder.parameter(ENUM_DEFAULT + avro.getName(), avro.getEnumDefault());
        }
        avro.getEnumSymbols().forEach(symbol -> builder.parameter(ENUM + "." + symbol, symbol));
        return builder;
    }

    private static SchemaBuilder union(org.apache.avro.Schema avro) {
        var branches = avro.getTypes().stream()
                .filter(branch -> branch.getType() != org.apache.avro.Schema.Type.NULL)
                .toList();
        boolean optional = branches.size() < avro.getTypes().size();
        SchemaBuilder builder = branches.size() == 1
                ? build(branches.get(0))
                : SchemaBuilder.struct().name(UNION);
        if (branches.size() > 1) {
            branches.forEach(branch ->
                    builder.field(branch.getFullName(), build(branch).optional().build()));
        }
        return optional ? builder.optional() : builder;
    }
}
