package dev.semantica.sampler.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageEncoderTest {

    private static final Map<String, String> ENTRIES = entries();
    private final ImageDecoder decoder = Pictures.decoder(ImageLimits.DEFAULT);

    @Test
    void pngKeepsEveryPixelBesideItsMetadata() throws Exception {
        RgbImage image = Pictures.busy(33, 21);

        byte[] file = ImageEncoder.PNG.encode(image, ENTRIES);

        assertThat(decoder.decode(file)).isEqualTo(image);
        assertThat(ImageMetadata.read(file)).containsExactlyEntriesOf(ENTRIES);
    }

    @Test
    void jpegKeepsItsMetadataAndNearlyThePicture() throws Exception {
        RgbImage image = Pictures.filled(16, 16, 0x808080);

        byte[] file = ImageEncoder.JPEG.encode(image, ENTRIES);

        ImageDecoderTest.assertNear(decoder.decode(file), image, 2);
        assertThat(ImageMetadata.read(file)).containsExactlyEntriesOf(ENTRIES);
    }

    @ParameterizedTest
    @EnumSource(ImageEncoder.class)
    void writesTheSameBytesForTheSamePicture(ImageEncoder encoder) {
        assertThat(encoder.encode(Pictures.blocks(), ENTRIES)).isEqualTo(encoder.encode(Pictures.blocks(), ENTRIES));
    }

    @ParameterizedTest
    @EnumSource(ImageEncoder.class)
    void saysThatAnAlgorithmMadeIt(ImageEncoder encoder) throws Exception {
        byte[] file = encoder.encode(Pictures.blocks(), ENTRIES);

        assertThat(new String(file, StandardCharsets.ISO_8859_1))
                .contains("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia");
        assertThat(ImageIO.read(new ByteArrayInputStream(file)).getWidth())
                .as("for any other reader too")
                .isEqualTo(24);
    }

    @ParameterizedTest
    @EnumSource(ImageEncoder.class)
    void findsLessInFilesThatAreCutOff(ImageEncoder encoder) {
        byte[] file = encoder.encode(Pictures.blocks(), ENTRIES);

        for (int length = 0; length < file.length; length++) {
            assertThat(ENTRIES.entrySet())
                    .containsAll(ImageMetadata.read(Arrays.copyOf(file, length)).entrySet());
        }
    }

    @Test
    void refusesMoreMetadataThanAJpegSegmentHolds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageEncoder.JPEG.encode(Pictures.blocks(), Map.of("key", "v".repeat(66_000))))
                .withMessageContaining("JPEG segment");
    }

    private static Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("seed", "-42");
        entries.put("bundle.name", "pages <lab> & \u00e4\u4e16");
        entries.put("scheduler", "ddim");
        return entries;
    }
}
