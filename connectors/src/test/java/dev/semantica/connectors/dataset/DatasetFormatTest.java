package dev.semantica.connectors.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.connectors.Records;
import dev.semantica.schemas.Variation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetFormatTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private static List<Example> examples(int count) {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Variation variation = Records.variation("page/ä \"" + i + "\".png", i, i % 3 == 0 ? null : "bird");
            examples.add(new Example("variations-0-" + i, Records.png("image " + i), "png", variation));
        }
        return examples;
    }

    private List<String> write(DatasetFormat format, Path into, List<Example> examples) throws IOException {
        try (DatasetWriter writer = format.open(into, "piece")) {
            for (Example example : examples) {
                writer.add(example);
            }
            return writer.finish();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameExamplesGiveTheSameBytes(DatasetFormat format) throws IOException {
        List<String> files = write(format, folder.resolve("a"), examples(20));
        assertThat(write(format, folder.resolve("b"), examples(20))).isEqualTo(files);
        for (String file : files) {
            assertThat(folder.resolve("b").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("a").resolve(file));
        }
        try (Stream<Path> all = Files.walk(folder.resolve("a"))) {
            assertThat(all.filter(Files::isRegularFile).count()).isEqualTo(files.size());
        }
    }

    @Test
    void anImageFolderNamesItsImages() throws IOException {
        List<Example> examples = examples(4);
        List<String> files = write(DatasetFormat.IMAGEFOLDER, folder, examples);
        assertThat(files).hasSize(5).endsWith("piece/metadata.jsonl");
        List<String> lines = Files.readAllLines(folder.resolve("piece/metadata.jsonl"));
        assertThat(lines).hasSize(4);
        for (int i = 0; i < 4; i++) {
            JsonNode line = JSON.readTree(lines.get(i));
            Path image = folder.resolve("piece").resolve(line.get("file_name").asText());
            assertThat(Files.readAllBytes(image)).isEqualTo(examples.get(i).image());
            check(line, i);
            assertThat(line.get("attributes").isTextual()).isTrue();
            assertThat(JSON.readTree(line.get("attributes").asText())
                            .get("path")
                            .asText())
                    .isEqualTo(line.get("source").asText());
            assertThat(line.get("label").asText()).isEqualTo(i % 3 == 0 ? "" : "bird");
            assertThat(line.has("similarity")).isEqualTo(i != 0);
        }
    }

    @Test
    void aTarHoldsEachExampleInAdjacentMembers() throws IOException {
        List<Example> examples = examples(4);
        assertThat(write(DatasetFormat.WEBDATASET, folder, examples)).containsExactly("piece.tar");
        Map<String, byte[]> members = new LinkedHashMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new ByteArrayInputStream(Files.readAllBytes(folder.resolve("piece.tar"))))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                members.put(entry.getName(), tar.readAllBytes());
            }
        }
        List<String> names = new ArrayList<>(members.keySet());
        assertThat(names).hasSize(8);
        for (int i = 0; i < 4; i++) {
            assertThat(names.get(2 * i)).isEqualTo("variations-0-" + i + ".png");
            assertThat(names.get(2 * i + 1)).isEqualTo("variations-0-" + i + ".json");
            assertThat(members.get(names.get(2 * i))).isEqualTo(examples.get(i).image());
            JsonNode object = JSON.readTree(members.get(names.get(2 * i + 1)));
            check(object, i);
            assertThat(object.has("label")).isEqualTo(i % 3 != 0);
            assertThat(object.get("attributes").get("path").asText())
                    .isEqualTo(object.get("source").asText());
        }
    }

    private static void check(JsonNode metadata, int i) {
        assertThat(metadata.get("source").asText()).isEqualTo("page/ä \"" + i + "\".png");
        assertThat(metadata.get("index").asInt()).isEqualTo(i);
        assertThat(metadata.get("seed").asLong()).isEqualTo(42);
        assertThat(metadata.get("created_at").asText()).startsWith("2023-11-14T22:13:20");
    }

    @Test
    void anotherReaderReadsTheParquet() throws Exception {
        // More than two row groups.
        List<Example> examples = examples(2500);
        assertThat(write(DatasetFormat.PARQUET, folder, examples)).containsExactly("piece.parquet");
        String file = "'" + folder.resolve("piece.parquet") + "'";
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            try (ResultSet types = statement.executeQuery("DESCRIBE SELECT * FROM read_parquet(" + file + ")")) {
                List<String> columns = new ArrayList<>();
                while (types.next()) {
                    columns.add(types.getString(1) + " " + types.getString(2));
                }
                assertThat(columns)
                        .startsWith("image STRUCT(bytes BLOB, path VARCHAR)", "label VARCHAR")
                        .contains(
                                "index INTEGER",
                                "seed BIGINT",
                                "similarity DOUBLE",
                                "agreement DOUBLE",
                                "attributes VARCHAR")
                        .contains("created_at TIMESTAMP WITH TIME ZONE");
            }
            // Otherwise Hugging Face's datasets does not take image for an image.
            try (ResultSet required = statement.executeQuery("SELECT count(*) FROM parquet_schema(" + file
                    + ") WHERE repetition_type = 'REQUIRED' AND name <> 'schema'")) {
                required.next();
                assertThat(required.getInt(1)).isZero();
            }
            try (ResultSet groups = statement.executeQuery(
                    "SELECT count(DISTINCT row_group_id), max(num_values) FROM parquet_metadata(" + file + ")")) {
                groups.next();
                assertThat(groups.getInt(1)).isEqualTo(3);
            }
            try (ResultSet rows = statement.executeQuery(
                    "SELECT image.bytes AS bytes, image.path AS path, * , epoch_ms(created_at) AS ms, "
                            + "attributes::JSON->>'path' AS a FROM read_parquet(" + file + ")")) {
                int i = 0;
                while (rows.next()) {
                    Variation variation = examples.get(i).variation();
                    assertThat(rows.getBytes("bytes")).isEqualTo(examples.get(i).image());
                    assertThat(rows.getString("path")).isEqualTo("variations-0-" + i + ".png");
                    assertThat(rows.getString("label")).isEqualTo(variation.getLabel());
                    assertThat(rows.getString("source")).isEqualTo(variation.getImageId());
                    assertThat(rows.getString("a")).isEqualTo(variation.getImageId());
                    assertThat(rows.getInt("index")).isEqualTo(i);
                    assertThat(rows.getLong("seed")).isEqualTo(42);
                    assertThat(rows.getDouble("guidance_scale")).isEqualTo(2.0);
                    assertThat(rows.getObject("similarity")).isEqualTo(variation.getSimilarity());
                    assertThat(rows.getObject("agreement")).isEqualTo(variation.getAgreement());
                    assertThat(rows.getLong("ms"))
                            .isEqualTo(variation.getCreatedAt().toEpochMilli());
                    i++;
                }
                assertThat(i).isEqualTo(2500);
            }
            try (ResultSet metadata = statement.executeQuery(
                    "SELECT decode(value) FROM parquet_kv_metadata(" + file + ") WHERE decode(key) = 'huggingface'")) {
                assertThat(metadata.next()).isTrue();
                JsonNode features = JSON.readTree(metadata.getString(1)).at("/info/features");
                assertThat(features.at("/image/_type").asText()).isEqualTo("Image");
                assertThat(features.at("/index/dtype").asText()).isEqualTo("int32");
                assertThat(features.size()).isEqualTo(Column.ALL.size() + 1);
            }
        }
    }
}
