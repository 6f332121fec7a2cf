package dev.semantica.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The schemas of today read what every kept version wrote, and the other way round: parts of an installation are upgraded
 * in any order, and what reads its topics is not ours to upgrade.
 */
class SchemaCompatibilityTest {

    @TestFactory
    Stream<DynamicTest> readsAndIsReadByEveryKeptVersion() throws Exception {
        List<Path> kept = baselines();
        assertThat(kept).hasSizeGreaterThanOrEqualTo(Topics.VALUE_TYPES.size());
        return kept.stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getParent().getFileName() + "/" + file.getFileName(), () -> assertReads(file)));
    }

    @Test
    void everyTopicHasABaseline() throws Exception {
        List<String> names = new ArrayList<>();
        for (Path file : baselines()) {
            names.add(file.getFileName().toString());
        }
        Topics.VALUE_TYPES.values().forEach(type -> assertThat(names).contains(type.getSimpleName() + ".avsc"));
    }

    @Test
    void everyFieldAndTypeIsDocumented() {
        Topics.VALUE_TYPES.values().forEach(type -> assertDocumented(schemaOf(type), new ArrayList<>()));
    }

    private static void assertReads(Path file) throws IOException {
        Schema kept = kept(file);
        assertReads(current(kept.getFullName()), kept);
        assertReads(kept, current(kept.getFullName()));
    }

    private static void assertReads(Schema reader, Schema writer) {
        SchemaCompatibility.SchemaPairCompatibility result =
                SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        assertThat(result.getType()).as(result.getDescription()).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    static Schema kept(Path file) throws IOException {
        return new Schema.Parser().parse(Files.readString(file));
    }

    static Schema current(String fullName) {
        return schemaOf(Topics.VALUE_TYPES.values().stream()
                .filter(type -> type.getName().equals(fullName))
                .findFirst()
                .orElseThrow());
    }

    private static Schema schemaOf(Class<?> type) {
        return SpecificData.get().getSchema(type);
    }

    static List<Path> baselines() throws IOException, URISyntaxException {
        Path root =
                Path.of(SchemaCompatibilityTest.class.getResource("/baseline").toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".avsc"))
                    .sorted()
                    .toList();
        }
    }

    private static void assertDocumented(Schema schema, List<String> seen) {
        switch (schema.getType()) {
            case RECORD -> {
                if (!seen.contains(schema.getFullName())) {
                    seen.add(schema.getFullName());
                    assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank();
                    schema.getFields().forEach(field -> {
                        assertThat(field.doc())
                                .as(schema.getFullName() + "." + field.name())
                                .isNotBlank();
                        assertDocumented(field.schema(), seen);
                    });
                }
            }
            case ENUM -> {
                assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank();
                assertThat(schema.getEnumDefault())
                        .as("%s needs a default, for symbols of later versions", schema.getFullName())
                        .isNotNull();
            }
            case UNION -> schema.getTypes().forEach(type -> assertDocumented(type, seen));
            case ARRAY -> assertDocumented(schema.getElementType(), seen);
            case MAP -> assertDocumented(schema.getValueType(), seen);
            default -> {
                // Primitive types have nothing to document.
            }
        }
    }
}
