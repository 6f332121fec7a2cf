package dev.semantica.connectors.contract;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Some record of any type, with every field set. */
final class Samples {

    private Samples() {}

    static SpecificRecord of(Class<? extends SpecificRecord> type) {
        return (SpecificRecord) value(SpecificData.get().getSchema(type));
    }

    private static Object value(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> {
                SpecificRecord record = (SpecificRecord) SpecificData.get().newRecord(null, schema);
                schema.getFields().forEach(field -> record.put(field.pos(), value(field.schema())));
                yield record;
            }
            case UNION -> value(schema.getTypes().get(schema.getTypes().size() - 1));
            case ENUM -> SpecificData.get().createEnum(schema.getEnumSymbols().get(0), schema);
            case MAP -> Map.of("key", value(schema.getValueType()));
            case ARRAY -> List.of(value(schema.getElementType()));
            case BYTES -> ByteBuffer.wrap(new byte[] {1, 2, 3});
            case STRING -> "text";
            case INT -> 7;
            case LONG -> schema.getLogicalType() == null ? (Object) 8L : Instant.ofEpochMilli(9);
            case DOUBLE -> 0.5;
            default -> throw new IllegalArgumentException(schema.toString());
        };
    }
}
