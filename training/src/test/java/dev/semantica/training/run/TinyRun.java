package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.onnx.FloatTensor;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Runs with the smallest networks, over drawn pages of 32×32. */
final class TinyRun {

    /** A few pages. */
    static final String PAGES =
            "data: {side: 32, validation: 0.2, sources: [{type: procedural, pages: 24, images: 3}]}\n";

    /** What every stage needs to be small. */
    static final String SMALL = """
            threads: 1
            directory: run
            encoder:
              training: {steps: 6, batch: 4, warmup: 1, judgeEvery: 3, saveEvery: 2}
              model: {channels: [8, 8, 16, 16], width: 16, heads: 2, blocks: 1, pooledWidth: 16}
              pictureSide: 8
            """;

    static final String GENERATIVE = """
            autoencoder:
              weights: {half: 0.25}
              training: {steps: 4, batch: 4, warmup: 1, judgeEvery: 4, saveEvery: 2}
              model: {channels: 2, encoderWidth: 8, encoderBlocks: 1, decoderWidth: 8, decoderBlocks: 1, refinement: 4}
            denoiser:
              training: {steps: 4, batch: 4, warmup: 1, judgeEvery: 4, saveEvery: 2}
              model: {convolutionWidth: 8, convolutionBlocks: 1, width: 16, heads: 2, blocks: 2, hidden: 16, crossWidth: 16, modulation: 8}
            """;

    /** What was said, line by line. */
    final List<String> said = new ArrayList<>();

    /** What each stage was last judged by. */
    final Map<String, Map<String, Double>> figures = new HashMap<>();

    private final Path folder;

    TinyRun(Path folder) {
        this.folder = folder;
    }

    /** Trains a bundle in a folder of its own. */
    static void export(Path folder, String name, String generative) throws Exception {
        new TinyRun(Files.createDirectories(folder.resolve(name)))
                .run(PAGES + SMALL + generative + "export: {directory: bundle, steps: 2}\n")
                .run(TrainingRun.Stage.EXPORT);
    }

    /** A run with the encoder of the bundle that was exported as "first". */
    static String fromFirst(String generative) {
        return PAGES + SMALL + generative
                + "frozenEncoder: {path: first/bundle}\nexport: {directory: bundle, steps: 2}\n";
    }

    /** What was not trained is in the new bundle as it was. */
    static void assertSameGraphs(Bundle began, Bundle ended, List<String> roles) {
        for (String role : roles) {
            assertThat(ended.graphFile(role).orElseThrow())
                    .as(role)
                    .hasSameBinaryContentAs(began.graphFile(role).orElseThrow());
        }
    }

    /** What the graph of a bundle holds, by name. */
    static Map<String, FloatTensor> weights(Bundle bundle, String role) throws IOException {
        return OnnxModel.read(bundle.graphFile(role).orElseThrow()).floats();
    }

    /** Keeps what is said. */
    StageListener listener() {
        return new Listener();
    }

    RunConfig config(String text) throws IOException, TrainingException {
        Path file = folder.resolve("run.yaml");
        Files.writeString(file, text);
        return RunFile.read(file, Map.of());
    }

    TrainingRun run(String text) throws IOException, TrainingException {
        return run(text, () -> false);
    }

    TrainingRun run(String text, BooleanSupplier stop) throws IOException, TrainingException {
        return new TrainingRun(config(text), stop, new Listener(), () -> Instant.EPOCH);
    }

    /** Runs up to a stage, and is told to stop every so many times that it asks; how often it asked in all. */
    int stoppedEvery(int questions, String text, TrainingRun.Stage last) throws IOException, TrainingException {
        int[] asked = {0};
        while (run(text, () -> ++asked[0] % questions == 0).run(last) == StageEnd.STOPPED) {
            assertThat(asked[0]).isLessThan(100);
        }
        return asked[0];
    }

    private final class Listener implements StageListener {

        @Override
        public void started(String work, long total, String unit) {
            said.add("started " + work);
        }

        @Override
        public void progressed(long done, String note) {}

        @Override
        public void judged(String stage, long step, Map<String, Double> figures) {
            said.add("judged " + stage + " at " + step);
            TinyRun.this.figures.put(stage, figures);
        }

        @Override
        public void ended(String work) {}

        @Override
        public void said(String line) {
            said.add(line);
        }
    }
}
