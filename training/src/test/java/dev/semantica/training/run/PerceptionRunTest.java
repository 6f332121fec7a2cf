package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.sampler.bundle.Bundle;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in which networks learn by what the frozen encoder sees. */
class PerceptionRunTest {

    @TempDir
    private Path folder;

    @Test
    void aDecoderLearnsByWhatTheFrozenEncoderSees() throws Exception {
        TinyRun.export(folder, "first", TinyRun.GENERATIVE);
        String blind = TinyRun.fromFirst(TinyRun.GENERATIVE
                .replace("autoencoder:\n", "autoencoder:\n  decoderOnly: true\n")
                .replace("denoiser:\n", "denoiser:\n  start: first/bundle\n"));
        String seeing = blind.replace("half: 0.25", "half: 0.25, perception: 1000");

        assertThat(decoder(blind, "blind")).isNotEqualTo(decoder(seeing, "seeing"));

        assertThatThrownBy(() -> new TinyRun(folder)
                        .run(seeing.replace("channels: [8, 8,", "channels: [8, 16,")
                                .replace("directory: run", "directory: other"))
                        .run(TrainingRun.Stage.AUTOENCODER))
                .hasMessageContaining("frozenEncoder is not an encoder of the shape of encoder.model")
                .hasMessageContaining("halvings.1.weight");
        PatchEncoder.write(folder.resolve("foreign"));
        assertThatThrownBy(() -> new TinyRun(folder)
                        .run((TinyRun.PAGES + TinyRun.SMALL + TinyRun.GENERATIVE
                                        + "frozenEncoder: {path: foreign, pooling: mean}\n")
                                .replace("half: 0.25", "perception: 1")
                                .replace("directory: run", "directory: another"))
                        .run(TrainingRun.Stage.AUTOENCODER))
                .hasMessageContaining("frozenEncoder is not an encoder of the shape of encoder.model")
                .hasMessageContaining("is missing");
    }

    /** Trains in folders of that name, and reads a weight of the decoder. */
    private float[] decoder(String text, String name) throws Exception {
        new TinyRun(folder)
                .run(text.replace("directory: run", "directory: run-" + name)
                        .replace("directory: bundle", "directory: bundle-" + name))
                .run(TrainingRun.Stage.EXPORT);
        return TinyRun.weights(Bundle.read(folder.resolve("bundle-" + name)), "decoder")
                .get("decoder.half.0.first.weight")
                .values();
    }

    @Test
    void aDenoiserLearnsByWhatTheFrozenEncoderSees() throws Exception {
        TinyRun.export(folder, "first", TinyRun.GENERATIVE);

        Map<String, Double> seeing = judged(seeing("1000", "seeing"));

        assertThat(seeing.get("perception"))
                .isPositive()
                .isLessThan(judged(seeing("1.0e-9", "blind")).get("perception"));
        TinyRun stopped = new TinyRun(folder);
        assertThat(stopped.stoppedEvery(7, seeing("1000", "stopped"), TrainingRun.Stage.DENOISER))
                .isGreaterThan(7);
        assertThat(stopped.figures.get("denoiser")).isEqualTo(seeing);
        assertThatThrownBy(() -> judged(seeing("1", "other").replace("channels: [8, 8,", "channels: [8, 16,")))
                .hasMessageContaining("frozenEncoder is not an encoder of the shape of encoder.model");
    }

    /** A denoiser that goes on, looked at with that weight. */
    private static String seeing(String weight, String name) {
        return TinyRun.fromFirst(TinyRun.GENERATIVE.replace(
                        "denoiser:\n  training: {steps: 4, batch: 4",
                        "denoiser:\n  start: first/bundle\n  perception: {weight: " + weight
                                + ", until: 0.7, pairs: 3}\n  training: {steps: 40, batch: 8, rate: 1.0e-3, ema: 0.5"))
                .replace("directory: run", "directory: run-" + name);
    }

    /** What a denoiser was judged by in the end. */
    private Map<String, Double> judged(String text) throws Exception {
        TinyRun tiny = new TinyRun(folder);
        tiny.run(text).run(TrainingRun.Stage.DENOISER);
        return tiny.figures.get("denoiser");
    }
}
