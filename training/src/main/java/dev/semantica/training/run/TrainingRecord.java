package dev.semantica.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.evaluation.report.DrawnChart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * What happened in a stage: {@code progress.jsonl}, a line every few steps and every judgement, and {@code loss.png}. What
 * a run that was killed had written beyond its checkpoint is dropped when it is taken up again.
 */
final class TrainingRecord {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = "progress.jsonl";
    private static final int EVERY = 20;

    private final Path folder;
    private final Path file;
    private final InstantSource clock;
    private final List<String> lines = new ArrayList<>();
    private final List<Double> steps = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();
    private final List<Double> judgedSteps = new ArrayList<>();
    private final List<Double> judgedLosses = new ArrayList<>();
    private double sum;
    private int count;

    TrainingRecord(Path folder, long step, InstantSource clock) throws IOException {
        this.folder = folder;
        this.file = folder.resolve(FILE);
        this.clock = clock;
        Files.createDirectories(folder);
        List<JsonNode> kept = read(folder);
        kept.removeIf(line -> line.path("step").asLong() > step);
        kept.forEach(this::remember);
        if (Files.exists(file)) {
            StringBuilder text = new StringBuilder();
            kept.forEach(line -> text.append(line).append('\n'));
            Path draft = folder.resolve(".progress");
            Files.writeString(draft, text);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** The lines of a stage's folder; none where nothing was recorded. */
    static List<JsonNode> read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        List<JsonNode> lines = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                parse(line).ifPresent(lines::add);
            }
        }
        return lines;
    }

    /** A run that was killed may have left a line half. */
    private static Optional<JsonNode> parse(String line) {
        try {
            return Optional.of(JSON.readTree(line)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private void remember(JsonNode read) {
        if (read.has("judged")) {
            judgedSteps.add(read.path("step").asDouble());
            judgedLosses.add(read.path("judged").path("loss").asDouble());
        } else {
            steps.add(read.path("step").asDouble());
            losses.add(read.path("loss").asDouble());
        }
    }

    void step(long step, double loss, double norm, double rate) {
        sum += loss;
        count++;
        if (step % EVERY == 0) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("step", step);
            line.put("loss", sum / count);
            line.put("norm", norm);
            line.put("rate", rate);
            line.put("at", clock.instant().toString());
            add(line);
            sum = 0;
            count = 0;
        }
    }

    void judged(long step, Map<String, Double> figures) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.put("judged", figures);
        line.put("at", clock.instant().toString());
        add(line);
    }

    private void add(Map<String, Object> line) {
        JsonNode node = JSON.valueToTree(line);
        lines.add(node.toString());
        remember(node);
    }

    /** Writes what came since, and draws the curve. */
    void flush() throws IOException {
        if (!lines.isEmpty()) {
            Files.writeString(
                    file, String.join("\n", lines) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            lines.clear();
        }
        if (steps.size() < 2) {
            return;
        }
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(480)
                .title("loss")
                .xAxisTitle("step")
                .build();
        chart.addSeries("training", steps, losses).setMarker(SeriesMarkers.NONE);
        if (!judgedSteps.isEmpty()) {
            chart.addSeries("validation", judgedSteps, judgedLosses).setMarker(SeriesMarkers.CIRCLE);
        }
        Files.write(folder.resolve("loss.png"), DrawnChart.png(chart));
    }
}
