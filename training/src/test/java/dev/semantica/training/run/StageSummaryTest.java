package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageSummaryTest {

    @TempDir
    Path folder;

    /** Every 20 steps 30 s, with the judgement 20 s later, and a night between two of them. */
    @Test
    void pausesDoNotCount() throws Exception {
        Instant begin = Instant.parse("2026-01-01T00:00:00Z");
        List<String> lines = new ArrayList<>();
        long second = 0;
        for (int step = 20; step <= 200; step += 20) {
            second += step == 120 ? 36_000 : 30;
            lines.add("{\"step\":%d,\"loss\":0.5,\"at\":\"%s\"}".formatted(step, begin.plusSeconds(second)));
            if (step % 100 == 0) {
                second += 20;
                lines.add("{\"step\":%d,\"judged\":{\"loss\":%s},\"at\":\"%s\"}"
                        .formatted(step, 1.0 / step, begin.plusSeconds(second)));
            }
        }
        Files.write(folder.resolve("progress.jsonl"), lines);

        assertThat(StageSummary.of(folder, 8))
                .hasToString("{\"steps\":200,\"samples\":1600,\"judged\":{\"loss\":0.005},\"seconds\":310}");
    }

    @Test
    void nothingRecordedIsNothing() throws Exception {
        assertThat(StageSummary.of(folder, 8)).hasToString("{\"steps\":0,\"samples\":0,\"judged\":{},\"seconds\":0}");
    }
}
