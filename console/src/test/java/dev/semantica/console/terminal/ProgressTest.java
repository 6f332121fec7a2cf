package dev.semantica.console.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
    private Instant now = Instant.EPOCH;
    private final InstantSource clock = () -> now;

    @Test
    void theLineSaysHowFarItIsAndWhatIsLeft() {
        assertThat(lineAfter20Seconds(200, "loss 0.5"))
                .isEqualToIgnoringNewLines("[############------------] 100/200 pages  4.0/s  0:25 left  loss 0.5");
    }

    @Test
    void nothingIsSaidOfAnEndThatNobodyKnows() {
        assertThat(lineAfter20Seconds(0, "")).isEqualToIgnoringNewLines("100 pages  4.0/s");
    }

    /** Of 100 pages, 20 of which were done at once. */
    private String lineAfter20Seconds(int total, String note) {
        try (Progress progress = new Progress(out, false, clock, total, "pages")) {
            progress.show(20, "");
            now = now.plusSeconds(20);
            progress.show(100, note);
        }
        return written.toString(StandardCharsets.UTF_8);
    }
}
