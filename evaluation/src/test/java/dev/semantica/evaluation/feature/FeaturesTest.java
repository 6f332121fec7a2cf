package dev.semantica.evaluation.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With an encoder that counts its calls and whose only feature is the red of the first pixel. */
class FeaturesTest {

    private static final int IMAGES = 70;

    @TempDir
    Path cache;

    private int encoded;
    private int failing = -1;

    @Test
    void leavesOutAndNamesWhatCannotBeReadAndKeepsTheOrder() throws Exception {
        List<LabelledImage> images = new ArrayList<>(images());
        images.set(3, new LabelledImage("text.png", "a", () -> "no picture".getBytes(StandardCharsets.UTF_8)));
        images.set(40, new LabelledImage("gone.png", "a", () -> {
            throw new IOException("it was deleted");
        }));

        Features.Encoded found = features().ofImages(images, done -> {});

        assertThat(found.unreadable()).containsOnlyKeys("gone.png", "text.png");
        assertThat(found.unreadable().get("gone.png")).contains("it was deleted");
        assertThat(found.unreadable().get("text.png")).contains("expected JPEG, PNG");
        assertThat(found.images()).hasSize(IMAGES - 2).doesNotContain(images.get(3), images.get(40));
        for (int i = 0; i < found.images().size(); i++) {
            assertThat(found.images().get(i).id())
                    .isEqualTo("image-" + (int) found.matrix().get(i, 0));
        }
    }

    @Test
    void refusesASetOfWhichNothingCanBeRead() {
        List<LabelledImage> nothing = List.of(new LabelledImage("text.png", "a", () -> new byte[] {1}));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> features().ofImages(nothing, done -> {}))
                .withMessageContaining("Not one of 1 images can be read; text.png");
    }

    @Test
    void encodesAnImageOnceAndTellsHowFarItIs() throws Exception {
        List<Integer> told = new ArrayList<>();
        Features.Encoded first = features().ofImages(images(), told::add);
        assertThat(encoded).isEqualTo(IMAGES);
        assertThat(told).isSorted().endsWith(IMAGES);

        Features.Encoded second = features().ofImages(images(), done -> {});

        assertThat(encoded).isEqualTo(IMAGES);
        assertThat(second.matrix().values()).isEqualTo(first.matrix().values());
    }

    @Test
    void namesTheImageThatAnEncoderFailsOn() {
        failing = 5;

        assertThatExceptionOfType(EncoderOutputException.class)
                .isThrownBy(() -> features().ofImages(images(), done -> {}))
                .withMessageContaining("Encoder red fails on image-5")
                .withMessageContaining("NaN");
    }

    private Features features() {
        return new Features(new Red(), new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system()), cache);
    }

    /** In different sizes. */
    private static List<LabelledImage> images() {
        List<LabelledImage> images = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            byte[] rgb = new byte[3 * (1 + i % 7) * (2 + i % 5)];
            Arrays.fill(rgb, (byte) i);
            byte[] file = ImageEncoder.PNG.encode(new RgbImage(1 + i % 7, 2 + i % 5, rgb), Map.of());
            images.add(new LabelledImage("image-" + i, "a", () -> file));
        }
        return images;
    }

    private final class Red implements FeatureEncoder {
        @Override
        public String name() {
            return "red";
        }

        @Override
        public String digest() {
            return "0".repeat(64);
        }

        @Override
        public int width() {
            return 4;
        }

        @Override
        public int height() {
            return 4;
        }

        @Override
        public List<double[]> encode(List<RgbImage> pictures) {
            List<double[]> features = new ArrayList<>();
            for (RgbImage picture : pictures) {
                double[] vector = {picture.channel(0, 0, 0) == failing ? Double.NaN : picture.channel(0, 0, 0)};
                Tokens.requireFinite(vector, "red");
                features.add(vector);
            }
            encoded += pictures.size();
            return features;
        }

        @Override
        public void close() {}
    }
}
