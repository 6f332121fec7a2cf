package dev.semantica.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a stage's records say in the end, for the provenance of what was made. */
final class StageSummary {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Times the usual distance of two records from which on the stage was at rest between them. */
    private static final int PAUSE = 3;

    private StageSummary() {}

    /**
     * Steps, samples, figures of the last judgement, and seconds of training without pauses.
     *
     * @param folder the stage's, with its {@link TrainingRecord}
     * @param batch samples of a step
     */
    static ObjectNode of(Path folder, int batch) throws IOException {
        long steps = 0;
        JsonNode judged = JSON.createObjectNode();
        List<Instant> times = new ArrayList<>();
        for (JsonNode line : TrainingRecord.read(folder)) {
            steps = Math.max(steps, line.path("step").asLong());
            if (line.has("judged")) {
                judged = line.path("judged");
            }
            times.add(Instant.parse(line.path("at").asText()));
        }
        ObjectNode summary = JSON.createObjectNode();
        summary.put("steps", steps);
        summary.put("samples", steps * batch);
        summary.set("judged", judged);
        summary.put("seconds", seconds(times));
        return summary;
    }

    private static long seconds(List<Instant> times) {
        if (times.size() < 2) {
            return 0;
        }
        long[] millis = new long[times.size() - 1];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = Duration.between(times.get(i), times.get(i + 1)).toMillis();
        }
        long[] sorted = millis.clone();
        Arrays.sort(sorted);
        long usual = sorted[sorted.length / 2];
        long sum = Arrays.stream(millis)
                .map(distance -> distance > PAUSE * usual ? usual : distance)
                .sum();
        return Math.round(sum / 1000.0);
    }
}
