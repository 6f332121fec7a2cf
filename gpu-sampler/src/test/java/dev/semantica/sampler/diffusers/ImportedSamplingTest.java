package dev.semantica.sampler.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SamplingLoop;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.onnx.ElementType;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.diffusers.TinyExport.Timestep;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imported bundles, rows at different steps in one loop, against each picture sampled alone by the exported graphs. */
class ImportedSamplingTest {

    static final String BETAS = """
            "num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
            "trained_betas": null, "steps_offset": 1, "timestep_spacing": "leading", "_diffusers_version": "0.31.0\"""";
    static final double[] CLIP_MEAN = {0.48145466, 0.4578275, 0.40821073};
    static final double[] CLIP_STD = {0.26862954, 0.26130258, 0.27577711};

    /** Of each row: steps and guidance; the rows are at different timesteps almost always. */
    private static final int[] STEPS = {5, 8, 5, 7};

    private static final double[] GUIDANCE = {1, 3, 7.5, 1};

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "DDIMScheduler, epsilon, SCALAR, FLOAT, ddim",
        "DDIMScheduler, v_prediction, BATCH, FLOAT, ddim",
        "PNDMScheduler, epsilon, ONE, FLOAT, ddim",
        "EulerDiscreteScheduler, epsilon, STEPS, FLOAT, euler",
        "EulerDiscreteScheduler, v_prediction, BATCH, FLOAT, euler",
        "DPMSolverMultistepScheduler, epsilon, SCALAR, FLOAT, dpmpp-2m",
        "DPMSolverMultistepScheduler, v_prediction, BATCH, FLOAT, dpmpp-2m",
        "DDIMScheduler, epsilon, SCALAR, FLOAT16, ddim",
        "EulerDiscreteScheduler, epsilon, BATCH, FLOAT, euler"
    })
    void equalsTheExportedGraphs(
            String scheduler, String prediction, Timestep timestep, ElementType element, String expected)
            throws Exception {
        TinyExport.recent(directory.resolve("export"), element, timestep, """
                {"_class_name": "%s", %s, "prediction_type": "%s", "clip_sample": false, "set_alpha_to_one": false}""".formatted(scheduler, BETAS, prediction));
        try (OnnxBundle bundle = imported();
                PlainPipeline plain =
                        new PlainPipeline(directory.resolve("export"), prediction.equals("v_prediction"))) {
            assertThat(bundle.bundle().manifest().sampling().scheduler()).isEqualTo(expected);
            assertThat(bundle.bundle().manifest().sharesTimestep()).isEqualTo(timestep != Timestep.BATCH);
            RgbImage source = source();
            float[] embedding = plain.embed(Resizing.cover(source, 12, 12), CLIP_MEAN, CLIP_STD, "image_embeds");
            double tolerance = element == ElementType.FLOAT16 ? 0.03 : 2e-3;
            assertSame(bundle, plain, source, embedding, new double[] {0.25, 0.125}, tolerance);
        }
    }

    @Test
    void readsTheFirstExports() throws Exception {
        TinyExport.early(
                directory.resolve("export"),
                "{\"_class_name\": \"PNDMScheduler\", \"skip_prk_steps\": true, " + BETAS + "}");
        DiffusersImport export = DiffusersImport.read(directory.resolve("export"), options(8));
        assertThat(export.notes())
                .anySatisfy(note -> assertThat(note).contains("PNDMScheduler", "ddim"))
                .anySatisfy(note -> assertThat(note).contains("scaling_factor", "0.18215"))
                .anySatisfy(note -> assertThat(note).contains("pooler_output"));
        export.write(directory.resolve("bundle"), (files, of, name) -> {}, bundle -> {});
        try (OnnxBundle bundle = load();
                PlainPipeline plain = new PlainPipeline(directory.resolve("export"), false)) {
            RgbImage source = source();
            RgbImage covered = Resizing.cover(source, 14, 14);
            byte[] middle = new byte[3 * 12 * 12];
            for (int y = 0; y < 12; y++) {
                System.arraycopy(covered.rgb(), 3 * ((y + 1) * 14 + 1), middle, 3 * 12 * y, 3 * 12);
            }
            float[] embedding = plain.embed(
                    new RgbImage(12, 12, middle),
                    new double[] {0.5, 0.4, 0.3},
                    new double[] {0.2, 0.3, 0.4},
                    "pooler_output");
            assertSame(bundle, plain, source, embedding, new double[] {0.18215, 0}, 2e-3);
        }
    }

    @Test
    void takesWeightsFromFilesBesideTheGraph() throws Exception {
        TinyExport.recent(
                directory.resolve("export"),
                ElementType.FLOAT,
                Timestep.SCALAR,
                "{\"_class_name\": \"DDIMScheduler\", \"clip_sample\": false, \"set_alpha_to_one\": false, " + BETAS
                        + "}");
        ExternalWeights.move(directory.resolve("export/unet/model.onnx"), "weights.pb");
        ExternalWeights.move(directory.resolve("export/image_encoder/model.onnx"), "model.onnx_data");
        try (OnnxBundle bundle = imported();
                PlainPipeline plain = new PlainPipeline(directory.resolve("export"), false)) {
            assertThat(bundle.bundle().manifest().graphs().get("denoiser").data())
                    .singleElement()
                    .satisfies(data -> assertThat(data.file()).isEqualTo("unet/weights.pb"));
            RgbImage source = source();
            float[] embedding = plain.embed(Resizing.cover(source, 12, 12), CLIP_MEAN, CLIP_STD, "image_embeds");
            assertSame(bundle, plain, source, embedding, new double[] {0.25, 0.125}, 2e-3);
        }
    }

    @Test
    void denoisesPixelsWithAnEmbeddingAsLabels() throws Exception {
        TinyExport.unclip(directory.resolve("export"));
        try (OnnxBundle bundle = imported();
                PlainPipeline plain = new PlainPipeline(directory.resolve("export"), false)) {
            assertThat(bundle.bundle().manifest().sample().space()).isEqualTo("pixel");
            assertThat(bundle.bundle().manifest().sampling().scheduler()).isEqualTo("ddpm");
            assertThat(bundle.bundle().manifest().sampling().timestepSpacing()).isEqualTo("linspace");
            Condition condition = bundle.encode(List.of(source())).get(0);
            float[] inputs = new float[2 * 768];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = (float) Math.sin(i);
            }
            float[] outputs = new float[inputs.length];
            bundle.denoiser().denoise(2, inputs, new float[] {700, 20}, List.of(condition, condition), outputs);
            for (int row = 0; row < 2; row++) {
                float[] alone = plain.run(
                        "unet",
                        "out_sample",
                        Map.of(
                                "sample",
                                PlainPipeline.tensor(
                                        Arrays.copyOfRange(inputs, row * 768, (row + 1) * 768), 1, 3, 16, 16),
                                "timestep",
                                PlainPipeline.tensor(new float[] {row == 0 ? 700 : 20}, 1),
                                "class_labels",
                                PlainPipeline.tensor(condition.tensors().get(0), 1, TinyExport.WIDTH)));
                assertThat(Arrays.copyOfRange(outputs, row * 768, (row + 1) * 768))
                        .usingComparatorWithPrecision(1e-5f)
                        .containsExactly(alone);
            }
        }
    }

    private static void assertSame(
            OnnxBundle bundle,
            PlainPipeline plain,
            RgbImage source,
            float[] embedding,
            double[] scaling,
            double tolerance)
            throws OrtException {
        Condition condition = bundle.encode(List.of(source)).get(0);
        assertThat(condition.tensors().get(0))
                .usingComparatorWithPrecision((float) tolerance)
                .containsExactly(embedding);
        List<float[]> samples = sample(bundle, condition);
        List<RgbImage> pictures = bundle.decode(samples);
        SchedulerKind kind = SchedulerKind.byWireName(
                        bundle.bundle().manifest().sampling().scheduler())
                .orElseThrow();
        for (int row = 0; row < STEPS.length; row++) {
            double[] expected =
                    switch (kind) {
                        case DDIM -> plain.ddim(embedding, GUIDANCE[row], STEPS[row], row);
                        case EULER -> plain.euler(embedding, GUIDANCE[row], STEPS[row], row);
                        case DPM_SOLVER_PP_2M -> plain.multistep(embedding, GUIDANCE[row], STEPS[row], row);
                        case DDPM -> throw new AssertionError("not asked for");
                    };
            double scale = 0;
            for (double value : expected) {
                scale = Math.max(scale, Math.abs(value));
            }
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) samples.get(row)[i])
                        .as("row %d value %d", row, i)
                        .isCloseTo(expected[i], within(tolerance * scale));
            }
            float[] pixels = plain.decode(expected, scaling[0], scaling[1]);
            int levels = tolerance > 0.01 ? 12 : 1;
            for (int i = 0; i < 256; i++) {
                for (int c = 0; c < 3; c++) {
                    double level = Math.max(0, Math.min(255, 255 * (0.5 * pixels[c * 256 + i] + 0.5)));
                    assertThat((double) (pictures.get(row).rgb()[3 * i + c] & 0xFF))
                            .isCloseTo(level, within((double) levels));
                }
            }
        }
    }

    private static List<float[]> sample(OnnxBundle bundle, Condition condition) {
        SchedulerKind kind = SchedulerKind.byWireName(
                        bundle.bundle().manifest().sampling().scheduler())
                .orElseThrow();
        List<Row<Condition>> rows = new ArrayList<>();
        for (int row = 0; row < STEPS.length; row++) {
            rows.add(new Row<>(
                    bundle.bundle().tabulate(kind, STEPS[row]),
                    condition,
                    GUIDANCE[row],
                    42,
                    row,
                    bundle.denoiser().sampleSize()));
        }
        SamplingLoop<Condition> loop = new SamplingLoop<>(bundle.denoiser());
        while (rows.stream().anyMatch(Row::active)) {
            loop.tick(rows);
        }
        return rows.stream().map(Row::sample).toList();
    }

    private OnnxBundle imported() throws Exception {
        DiffusersImport.read(directory.resolve("export"), options(null))
                .write(directory.resolve("bundle"), (files, of, name) -> {}, bundle -> {});
        return load();
    }

    private OnnxBundle load() throws Exception {
        return OnnxBundle.load(Bundle.read(directory.resolve("bundle")), ExecutionProvider.cpu(1));
    }

    private static ImportOptions options(Integer latentSize) {
        return new ImportOptions("tiny", null, 10, 3, latentSize == null ? null : 2 * latentSize, latentSize);
    }

    private static RgbImage source() throws IOException {
        byte[] rgb = new byte[3 * 16 * 16];
        new Random(3).nextBytes(rgb);
        return new RgbImage(16, 16, rgb);
    }
}
