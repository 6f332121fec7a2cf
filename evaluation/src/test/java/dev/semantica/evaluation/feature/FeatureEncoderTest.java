package dev.semantica.evaluation.feature;

import static dev.semantica.evaluation.feature.TinyEncoder.CLASS;
import static dev.semantica.evaluation.feature.TinyEncoder.MIX;
import static dev.semantica.evaluation.feature.TinyEncoder.PATCH;
import static dev.semantica.evaluation.feature.TinyEncoder.PROJECTION;
import static dev.semantica.evaluation.feature.TinyEncoder.SIDE;
import static dev.semantica.evaluation.feature.TinyEncoder.WIDTH;
import static dev.semantica.evaluation.feature.TinyEncoder.dynamic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.image.Resampling;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports as other tools write them, against what their pixels work out to by hand. */
class FeatureEncoderTest {

    private static final double[] DINO_MEAN = {0.485, 0.456, 0.406};
    private static final double[] DINO_STD = {0.229, 0.224, 0.225};
    private static final double[] HALF = {0.5, 0.5, 0.5};

    @TempDir
    Path folder;

    @Test
    void readsTheClassTokenOfDino() throws Exception {
        write(dino());

        try (FeatureEncoder encoder = FeatureEncoder.open(folder, null, 1)) {
            RgbImage picture = noise(SIDE, SIDE, 1);
            RgbImage other = noise(SIDE, SIDE, 2);
            List<double[]> features = encoder.encode(List.of(picture, other));
            close(features.get(0), classToken(picture, DINO_MEAN, DINO_STD));
            close(features.get(1), classToken(other, DINO_MEAN, DINO_STD));
            assertThat(encoder.name()).endsWith("(cls of last_hidden_state)");
            assertThat(encoder.width()).isEqualTo(SIDE);
        }
    }

    @Test
    void bringsTheShorterSideToItsLengthAndCutsTheMiddleOut() throws Exception {
        write(dino());
        RgbImage wide = noise(17, 9, 3);

        try (FeatureEncoder encoder = FeatureEncoder.open(folder, null, 1)) {
            RgbImage resized = Resampling.BICUBIC.resize(wide, 15, 8);
            RgbImage prepared = encoder.prepare(wide);
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    assertThat(prepared.channel(x, y, 1)).isEqualTo(resized.channel(x + 4, y + 1, 1));
                }
            }
        }
    }

    @Test
    void takesTheMeanOverAllTokensWhereAsked() throws Exception {
        write(dino());
        RgbImage picture = noise(SIDE, SIDE, 1);

        try (FeatureEncoder encoder = FeatureEncoder.open(folder, Pooling.MEAN, 1)) {
            double[] expected = classToken(picture, DINO_MEAN, DINO_STD);
            for (int i = 0; i < WIDTH; i++) {
                // Of five tokens four are patches, whose mean the class token is but for its constant.
                expected[i] -= 0.8 * CLASS[i];
            }
            close(encoder.encode(List.of(picture)).get(0), expected);
        }
    }

    @Test
    void prefersTheEmbeddingOfClip() throws Exception {
        write(clip(ElementType.FLOAT));
        RgbImage picture = noise(SIDE, SIDE, 4);

        try (FeatureEncoder encoder = FeatureEncoder.open(folder, null, 1);
                FeatureEncoder tokens = FeatureEncoder.open(folder.resolve("model.onnx"), Pooling.CLS, 1)) {
            close(encoder.encode(List.of(picture)).get(0), projection(classToken(picture, DINO_MEAN, DINO_STD)));
            close(tokens.encode(List.of(picture)).get(0), classToken(picture, DINO_MEAN, DINO_STD));
            assertThat(encoder.name()).endsWith("(pooled of image_embeds)");
            assertThat(encoder.digest()).hasSize(64).isNotEqualTo(tokens.digest());
        }
    }

    @Test
    void readsEncodersOfHalfFloatsAndIgnoresReturnDict() throws Exception {
        write(clip(ElementType.FLOAT16).input("return_dict", ElementType.BOOL, TinyEncoder.of(1)));
        RgbImage picture = noise(SIDE, SIDE, 4);

        try (FeatureEncoder encoder = FeatureEncoder.open(folder, null, 1)) {
            double[] expected = projection(classToken(picture, DINO_MEAN, DINO_STD));
            double[] found = encoder.encode(List.of(picture)).get(0);
            for (int i = 0; i < expected.length; i++) {
                assertThat(found[i]).isCloseTo(expected[i], within(0.02));
            }
        }
    }

    @Test
    void readsWhatInceptionPoolsOfPicturesInAnyShape() throws Exception {
        TinyEncoder inception = TinyEncoder.floats();
        inception.output("pool3", inception.patches(), dynamic(4)).write(folder, TinyEncoder.EXACT);
        RgbImage tall = noise(5, 23, 5);

        try (FeatureEncoder encoder = FeatureEncoder.open(folder, null, 2)) {
            RgbImage prepared = encoder.prepare(tall);
            assertThat(prepared).isEqualTo(Resampling.BILINEAR.resize(tall, SIDE, SIDE));
            close(encoder.encode(List.of(prepared)).get(0), mean(prepared, HALF, HALF));
            assertThat(encoder.name()).endsWith("(mean of pool3)");
        }
    }

    @Test
    void knowsEncodersByGraphWeightsPreprocessingAndPooling() throws Exception {
        write(dino());
        String first = digest(null);
        assertThat(digest(Pooling.CLS)).isEqualTo(first);
        assertThat(digest(Pooling.MEAN)).isNotEqualTo(first);
        TinyEncoder.moveWeights(folder);
        String moved = digest(null);
        assertThat(moved).isNotEqualTo(first);
        byte[] weights = Files.readAllBytes(folder.resolve("model.onnx_data"));
        weights[2] ^= 1;
        Files.write(folder.resolve("model.onnx_data"), weights);
        assertThat(digest(null)).isNotEqualTo(moved);
        write(dino());
        Files.writeString(
                folder.resolve("preprocessor_config.json"),
                TinyEncoder.DINO.replace("\"resample\": 3", "\"resample\": 2"));
        assertThat(digest(null)).isNotEqualTo(first);
    }

    @Test
    void saysWhatIsMissingBesideTheGraph() throws Exception {
        write(dino());
        Files.delete(folder.resolve("preprocessor_config.json"));

        assertThat(problems(null)).contains("preprocessor_config.json does not exist");
        assertThat(problemsOf(folder.resolve("elsewhere"))).contains("No encoder at");
    }

    @Test
    void refusesInputsThatAreNoPicturesAndFixedRows() throws Exception {
        TinyEncoder both = new TinyEncoder(ElementType.FLOAT, TinyEncoder.of(1, 3, SIDE, SIDE));
        write(both.input("input_ids", ElementType.INT64, dynamic(2))
                .output("last_hidden_state", both.tokens(), dynamic(3)));

        assertThat(problems(null))
                .contains("input 'input_ids'")
                .contains("takes exactly 1 rows; export it with a dynamic batch");
    }

    @Test
    void refusesPicturesOfAnotherSizeThanThePreprocessingMakes() throws Exception {
        TinyEncoder larger = new TinyEncoder(ElementType.FLOAT, TinyEncoder.of(-1, 3, 9, 9));
        write(larger.output("last_hidden_state", larger.tokens(), dynamic(3)));

        assertThat(problems(null)).contains("makes pictures of [3, 6, 6]");
    }

    @Test
    void refusesOutputsThatAreNoFloatsOrNotThere() throws Exception {
        TinyEncoder whole = TinyEncoder.floats();
        write(whole.integers("last_hidden_state", whole.tokens(), dynamic(3)));
        assertThat(problems(null)).contains("expected last_hidden_state").contains("of floats");

        write(dino());
        assertThat(problems(Pooling.POOLED))
                .contains("expected image_embeds, pooler_output, or one output of vectors")
                .contains("last_hidden_state");
    }

    @Test
    void catchesAnOutputThatIsNotWhatTheGraphDeclares() throws Exception {
        TinyEncoder wide = TinyEncoder.floats();
        write(wide.output("last_hidden_state", wide.tokens(), TinyEncoder.of(-1, 5, 7)));
        assertThat(problems(null)).contains("is declared as [?, 5, 7]").contains("gave [2, 5, 4]");

        TinyEncoder flat = TinyEncoder.floats();
        write(flat.output("pooler_output", flat.tokens(), dynamic(2)));
        assertThat(problems(null)).contains("pooler_output").contains("gave [2, 5, 4]");
    }

    @Test
    void catchesNumbersThatAreNone() throws Exception {
        TinyEncoder lost = TinyEncoder.floats();
        lost.output("last_hidden_state", lost.divided(lost.patches()), dynamic(4))
                .write(
                        folder,
                        TinyEncoder.EXACT
                                .replace("0.5, 0.5, 0.5", "0.0, 0.0, 0.0")
                                .replace("\"image_std\": [0.0, 0.0, 0.0]", "\"image_std\": [1, 1, 1]"));

        assertThat(problems(null)).contains("holds NaN").contains("features must be finite");
    }

    @Test
    void refusesPreprocessingThatIsNotFollowed() throws Exception {
        dino().write(folder, TinyEncoder.DINO.replace("\"resample\": 3", "\"resample\": 0, \"do_pad\": true"));

        assertThat(problems(null)).contains("resample: expected 1 (Lanczos)").contains("do_pad");
    }

    private static TinyEncoder dino() {
        TinyEncoder dino = TinyEncoder.floats();
        return dino.output("last_hidden_state", dino.tokens(), TinyEncoder.of(-1, -1, WIDTH));
    }

    private static TinyEncoder clip(ElementType element) {
        TinyEncoder clip = new TinyEncoder(element, TinyEncoder.of(-1, 3, SIDE, SIDE));
        Value tokens = clip.tokens();
        Value pooled = clip.first(tokens);
        return clip.output("last_hidden_state", tokens, dynamic(3))
                .output("pooler_output", pooled, dynamic(2))
                .output("image_embeds", clip.projected(pooled), dynamic(2));
    }

    private void write(TinyEncoder encoder) throws IOException {
        encoder.write(folder, TinyEncoder.DINO);
    }

    private String digest(Pooling pooling) throws BundleException {
        try (FeatureEncoder encoder = FeatureEncoder.open(folder, pooling, 1)) {
            return encoder.digest();
        }
    }

    private String problems(Pooling pooling) {
        return assertThatExceptionOfType(BundleException.class)
                .isThrownBy(() -> FeatureEncoder.open(folder, pooling, 1))
                .actual()
                .getMessage();
    }

    private static String problemsOf(Path place) {
        return assertThatExceptionOfType(BundleException.class)
                .isThrownBy(() -> FeatureEncoder.open(place, null, 1))
                .actual()
                .getMessage();
    }

    /** The mean colour, normalised. */
    private static double[] mean(RgbImage picture, double[] mean, double[] std) {
        double[] colour = new double[3];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    colour[c] += (picture.channel(x, y, c) / 255.0 - mean[c]) / std[c] / (SIDE * SIDE);
                }
            }
        }
        return colour;
    }

    /** Patches cover the picture evenly, so the mean of the tokens is the token of the mean colour. */
    private static double[] classToken(RgbImage picture, double[] mean, double[] std) {
        assertThat(SIDE % PATCH).isZero();
        double[] colour = mean(picture, mean, std);
        double[] token = new double[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            token[i] = CLASS[i];
            for (int c = 0; c < 3; c++) {
                token[i] += colour[c] * MIX[c][i];
            }
        }
        return token;
    }

    private static double[] projection(double[] token) {
        double[] embedding = new double[TinyEncoder.EMBEDDING];
        for (int i = 0; i < embedding.length; i++) {
            for (int j = 0; j < WIDTH; j++) {
                embedding[i] += token[j] * PROJECTION[j][i];
            }
        }
        return embedding;
    }

    private static void close(double[] found, double[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("feature %d", i).isCloseTo(expected[i], within(1e-4));
        }
    }

    private static RgbImage noise(int width, int height, long seed) {
        byte[] rgb = new byte[3 * width * height];
        new SplittableRandom(seed).nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }
}
