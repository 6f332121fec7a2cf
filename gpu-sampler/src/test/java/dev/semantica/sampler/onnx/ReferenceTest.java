package dev.semantica.sampler.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.diffusion.Denoiser;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SamplingLoop;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shipped bundle against tensors that its training computed. */
class ReferenceTest {

    private static final double TENSOR_TOLERANCE = 1e-4;
    private static final List<String> SOURCES = List.of("house.png", "fish.png");

    private static OnnxBundle bundle;
    private static JsonNode reference;
    private static List<Condition> conditions;

    @BeforeAll
    static void load() throws Exception {
        bundle = PagesLab.load(2);
        try (InputStream json = ReferenceTest.class.getResourceAsStream("reference.json")) {
            reference = new ObjectMapper().readTree(json);
        }
        List<RgbImage> images = new ArrayList<>();
        for (String source : SOURCES) {
            images.add(PagesLab.example(source));
        }
        conditions = bundle.encode(images);
    }

    @AfterAll
    static void close() {
        bundle.close();
    }

    @Test
    void encodesSources() {
        assertClose(joined(conditions, 0), floats(reference.get("tokens")), TENSOR_TOLERANCE);
        assertClose(joined(conditions, 1), floats(reference.get("pooled")), TENSOR_TOLERANCE);
    }

    @Test
    void denoisesOneStep() {
        JsonNode call = reference.get("one_call");
        float[] outputs = new float[2 * bundle.denoiser().sampleSize()];

        bundle.denoiser()
                .denoise(
                        2,
                        floats(reference.get("noise")),
                        new float[] {
                            (float) call.get("timestep").get(0).asDouble(),
                            (float) call.get("timestep").get(1).asDouble()
                        },
                        conditions,
                        outputs);

        assertClose(outputs, floats(call.get("velocity")), TENSOR_TOLERANCE);
    }

    @Test
    void samplesTwentyGuidedStepsDownToThePixels() throws IOException {
        JsonNode run = reference.get("ddim");
        StepTable table = bundle.bundle().tabulate(SchedulerKind.DDIM, 20);
        for (int k = 0; k < 20; k++) {
            assertThat(table.steps().get(k).timestep())
                    .isEqualTo(run.get("times").get(k).asDouble());
        }
        Denoiser<Condition> denoiser = bundle.denoiser();
        int size = denoiser.sampleSize();
        float[] noise = floats(reference.get("noise"));
        List<Row<Condition>> rows = new ArrayList<>();
        for (int i = 0; i < SOURCES.size(); i++) {
            rows.add(new Row<>(
                    table,
                    conditions.get(i),
                    run.get("guidance").asDouble(),
                    0,
                    i,
                    Arrays.copyOfRange(noise, i * size, (i + 1) * size)));
        }
        SamplingLoop<Condition> loop = new SamplingLoop<>(denoiser);
        for (int k = 0; k < 20; k++) {
            assertThat(loop.tick(rows)).isEqualTo(4);
        }

        float[] latents = joined(rows.get(0).sample(), rows.get(1).sample());
        assertClose(latents, floats(run.get("latents")), 1e-3);
        List<RgbImage> pictures = bundle.decode(rows.stream().map(Row::sample).toList());
        assertPixels(pictures, floats(run.get("pixels")));
    }

    private static void assertPixels(List<RgbImage> pictures, float[] expected) {
        int plane = 64 * 64;
        int worst = 0;
        for (int i = 0; i < expected.length; i++) {
            int row = i / (3 * plane);
            int channel = i / plane % 3;
            int pixel = i % plane;
            long want = Math.round((expected[i] + 1) * 127.5);
            int found = pictures.get(row).channel(pixel % 64, pixel / 64, channel);
            worst = (int) Math.max(worst, Math.abs(found - want));
        }
        assertThat(worst).as("largest difference in 1/255").isLessThanOrEqualTo(2);
    }

    private static void assertClose(float[] found, float[] expected, double tolerance) {
        assertThat(found).hasSameSizeAs(expected);
        double worst = 0;
        for (int i = 0; i < found.length; i++) {
            worst = Math.max(worst, Math.abs(found[i] - expected[i]));
        }
        assertThat(worst).as("largest difference").isLessThan(tolerance);
    }

    private static float[] joined(List<Condition> conditions, int tensor) {
        return joined(
                conditions.get(0).tensors().get(tensor),
                conditions.get(1).tensors().get(tensor));
    }

    private static float[] joined(float[] a, float[] b) {
        float[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static float[] floats(JsonNode tensor) {
        JsonNode values = tensor.get("values");
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values.get(i).asDouble();
        }
        return floats;
    }
}
