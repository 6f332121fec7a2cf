package dev.semantica.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.semantica.evaluation.factor.AnnotatedShots;
import dev.semantica.evaluation.factor.FactorScores;
import dev.semantica.evaluation.factor.Reading;
import dev.semantica.evaluation.factor.SourceReadings;
import dev.semantica.evaluation.metric.Consistency;
import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.metric.Interval;
import dev.semantica.evaluation.protocol.FewShot;
import dev.semantica.pages.factor.Factors;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {

    private static final String SHA256 = "0123456789abcdef".repeat(4);

    private static final String FEWER = "factors of every variation";

    @TempDir
    private Path folder;

    @Test
    void fitsTheDocumentedSchema() throws Exception {
        JsonNode json = written("2026-01-01T00:00:00Z", "out");
        JsonSchema schema = schema();
        assertThat(schema.validate(json)).isEmpty();
        // The schema must be able to refuse: an unknown key, and a number that is none.
        ((ObjectNode) json).put("unknown", 1);
        ((ObjectNode) json.at("/encoder")).put("features", "many");
        assertThat(schema.validate(json)).hasSize(2);
    }

    @Test
    void isTheSameButForTheLineOfItsDate() throws Exception {
        JsonNode one = written("2026-01-01T00:00:00Z", "one");
        written("2027-02-02T00:00:00Z", "two");
        assertThat(one.at("/date").asText()).startsWith("2026");
        for (String file : List.of("report.json", "report.html")) {
            List<String> first = Files.readAllLines(folder.resolve("one").resolve(file));
            List<String> second = Files.readAllLines(folder.resolve("two").resolve(file));
            assertThat(second).hasSameSizeAs(first);
            int differing = 0;
            for (int i = 0; i < first.size(); i++) {
                differing += first.get(i).equals(second.get(i)) ? 0 : 1;
            }
            assertThat(differing).as(file).isEqualTo(1);
        }
    }

    @Test
    void thePageNeedsNoOtherFileAndHasAllItsPlots() throws Exception {
        written("2026-01-01T00:00:00Z", "out");
        String html = Files.readString(folder.resolve("out").resolve("report.html"));
        assertThat(html.split("<img alt=", -1)).hasSize(7 + 1);
        assertThat(html).doesNotContain("src=\"http", "href=", "<script", "NaN");
        assertThat(html)
                .contains(SHA256, "semantica evaluate &lt;pages&gt;", "Recall against precision", "untrustworthy")
                .contains("frechet_distance: too few");
    }

    @Test
    void saysThatFactorsAreOfFewerVariationsThanWerePlanned() {
        assertThat(planned("2026-01-01T00:00:00Z", 2).missing()).doesNotContainKey(FEWER);
        assertThat(planned("2026-01-01T00:00:00Z", 4).missing().get(FEWER))
                .startsWith("only 2 of the 4 of a source are judged");
    }

    private static EvaluationReport planned(String date, int variations) {
        return EvaluationReport.of(
                        date,
                        "semantica evaluate <pages>",
                        new EvaluationReport.Dataset("pages", 40, 2),
                        new EvaluationReport.Encoder("tiny", SHA256, 2),
                        new FewShot.Plan(1, variations, 2, 5, 0.98, true),
                        List.of(outcome(0.4), outcome(0.5)))
                .withFactors(factors());
    }

    private JsonNode written(String date, String place) throws Exception {
        EvaluationReport report = planned(date, 2);
        ReportFiles.write(
                report, List.of(new ReportFiles.Sheet("Drawn by lot", new byte[] {1, 2, 3})), folder.resolve(place));
        return new ObjectMapper()
                .readTree(folder.resolve(place).resolve("report.json").toFile());
    }

    private static JsonSchema schema() throws Exception {
        try (InputStream in = Files.newInputStream(Path.of("..", "docs", "report.schema.json"))) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in);
        }
    }

    private static FewShot.Outcome outcome(double recall) {
        Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
        scores.put("real images (floor)", scores(0.95));
        scores.put(FewShot.VARIATIONS, scores(recall));
        FeatureMatrix sources = FeatureMatrix.of(List.of(new double[] {1, 0}));
        FeatureMatrix made = FeatureMatrix.of(List.of(new double[] {1, 0.2}, new double[] {0.6, 1}));
        return new FewShot.Outcome(
                20,
                18,
                scores,
                Map.of(FewShot.VARIATIONS, 0.01),
                Map.of(FewShot.VARIATIONS, Consistency.of(sources, List.of(made), made, 0.98, 1)),
                Map.of("shots alone", 0.75),
                Map.of("frechet_distance", "too few"),
                List.of("bird-1/0.png"),
                Map.of());
    }

    private static Map<String, Double> scores(double recall) {
        return Map.of(
                "kernel_distance", 0.02, "precision_3", 0.9, "recall_3", recall, "density_3", 1.1, "coverage_3", 0.8);
    }

    private static FactorScores factors() {
        Factors cat = Factors.NONE.with("kind", "cat").with("x", 0.5);
        Map<String, List<Factors>> made = new LinkedHashMap<>();
        made.put(AnnotatedShots.MATES, List.of(cat, cat.with("x", 0.9)));
        made.put(AnnotatedShots.VARIATIONS, List.of(cat, cat.with("kind", "dog")));
        FactorScores.Probes probes = new FactorScores.Probes("tiny", SHA256, "drawn pages");
        FactorScores scores = FactorScores.of(
                probes,
                Map.of(
                        "kind", new Reading(true, List.of("cat", "dog"), 0.9, 0.8, 10, 1, 90),
                        "x", new Reading(false, List.of(), 0.9, 0.9, 10, 0.95, 90),
                        "mirror", new Reading(false, List.of("false", "true"), 0.5, 0, 10, 0.9, 90)),
                List.of(new FactorScores.Source(cat, made)),
                AnnotatedShots.MATES,
                List.of(cat, cat.with("x", 0.9)),
                1);
        Interval half = new Interval(0.5, 0.25, 0.75, 4);
        return scores.with(new SourceReadings(
                probes,
                Map.of(
                        "kind",
                        new SourceReadings.OfFactor(0.9, half, Map.of(AnnotatedShots.VARIATIONS, half), Map.of()))));
    }
}
