package dev.semantica.connectors.dataset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MilliSeconds;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;

/** The schema of the Parquet files: a group {@code image} of bytes and path, then the columns. */
final class ParquetSchema {

    static final String IMAGE = "image";
    static final String BYTES = "bytes";
    static final String PATH = "path";

    private ParquetSchema() {}

    /**
     * The schema's elements, depth first, as the format wants them. All are optional, though only some are ever absent:
     * Hugging Face's datasets takes a feature's type from {@link #huggingFace} only where the column is like its own.
     */
    static List<SchemaElement> elements() {
        List<SchemaElement> elements = new ArrayList<>();
        elements.add(new SchemaElement("schema").setNum_children(1 + Column.ALL.size()));
        elements.add(new SchemaElement(IMAGE)
                .setRepetition_type(FieldRepetitionType.OPTIONAL)
                .setNum_children(2));
        elements.add(new SchemaElement(BYTES)
                .setRepetition_type(FieldRepetitionType.OPTIONAL)
                .setType(Type.BYTE_ARRAY));
        elements.add(text(new SchemaElement(PATH).setRepetition_type(FieldRepetitionType.OPTIONAL)));
        for (Column column : Column.ALL) {
            elements.add(typed(
                    new SchemaElement(column.name()).setRepetition_type(FieldRepetitionType.OPTIONAL), column.type()));
        }
        return elements;
    }

    private static SchemaElement typed(SchemaElement element, Column.Type type) {
        return switch (type) {
            case STRING, ATTRIBUTES -> text(element);
            case INT, LONG, DOUBLE -> element.setType(physical(type));
            case TIMESTAMP ->
                element.setType(physical(type))
                        .setConverted_type(ConvertedType.TIMESTAMP_MILLIS)
                        .setLogicalType(
                                LogicalType.TIMESTAMP(new TimestampType(true, TimeUnit.MILLIS(new MilliSeconds()))));
        };
    }

    private static SchemaElement text(SchemaElement element) {
        return element.setType(Type.BYTE_ARRAY)
                .setConverted_type(ConvertedType.UTF8)
                .setLogicalType(LogicalType.STRING(new StringType()));
    }

    /** How a column's values lie in the file. */
    static Type physical(Column.Type type) {
        return switch (type) {
            case STRING, ATTRIBUTES -> Type.BYTE_ARRAY;
            case INT -> Type.INT32;
            case LONG, TIMESTAMP -> Type.INT64;
            case DOUBLE -> Type.DOUBLE;
        };
    }

    /** Tells Hugging Face's datasets that {@code image} is an image, so that it decodes it. */
    static KeyValue huggingFace() {
        Map<String, Object> features = new LinkedHashMap<>();
        features.put(IMAGE, Map.of("_type", "Image"));
        for (Column column : Column.ALL) {
            Map<String, Object> feature = new LinkedHashMap<>();
            feature.put("dtype", column.type().feature());
            feature.put("_type", "Value");
            features.put(column.name(), feature);
        }
        String info = MetadataJson.text(Map.of("info", Map.of("features", features)));
        return new KeyValue("huggingface").setValue(info);
    }
}
