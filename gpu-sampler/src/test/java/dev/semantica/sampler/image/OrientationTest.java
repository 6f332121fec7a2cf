package dev.semantica.sampler.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {

    /** How the picture of blocks {{0, 1, 2}, {3, 4, 5}} is stored under each orientation. */
    private static final int[][][] STORED = {
        {{0, 1, 2}, {3, 4, 5}},
        {{2, 1, 0}, {5, 4, 3}},
        {{5, 4, 3}, {2, 1, 0}},
        {{3, 4, 5}, {0, 1, 2}},
        {{0, 3}, {1, 4}, {2, 5}},
        {{2, 5}, {1, 4}, {0, 3}},
        {{5, 2}, {4, 1}, {3, 0}},
        {{3, 0}, {4, 1}, {5, 2}}
    };

    private final ImageDecoder decoder = Pictures.decoder(ImageLimits.DEFAULT);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void turnsJpegUpright(int orientation) throws Exception {
        byte[] jpeg = Pictures.jpeg(stored(orientation));
        byte[] exif = Pictures.join(Pictures.ascii("Exif\0\0"), Pictures.exif(orientation));
        byte[] file = Pictures.inserted(jpeg, 2, Pictures.jpegSegment(0xe1, exif));

        RgbImage image = decoder.decode(file);

        // The middles of the blocks: their edges smear, as colour is stored at half the resolution.
        for (int block = 0; block < 6; block++) {
            int x = Pictures.BLOCK * (block % 3) + 4;
            int y = Pictures.BLOCK * (block / 3) + 4;
            ImageDecoderTest.assertNear(
                    Pictures.filled(1, 1, Pictures.colour(image, x, y)),
                    Pictures.filled(1, 1, Pictures.COLOURS[block]),
                    8);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void turnsPngUpright(int orientation) throws Exception {
        byte[] png = ImageEncoder.PNG.encode(stored(orientation), Map.of());
        byte[] file = Pictures.inserted(png, 33, Pictures.pngChunk("eXIf", Pictures.exif(orientation)));

        assertThat(decoder.decode(file)).isEqualTo(Pictures.blocks());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void turnsTiffUpright(int orientation) throws Exception {
        byte[] file = Pictures.tiff(stored(orientation), 274, 3, orientation);

        assertThat(decoder.decode(file)).isEqualTo(Pictures.blocks());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void turnsWebpUpright(int orientation) throws Exception {
        byte[] still = Pictures.resource("lossless.webp");
        byte[] file = Pictures.webp(
                Pictures.webpChunk("VP8X", Pictures.bytes(8, 0, 0, 0, 23, 0, 0, 15, 0, 0)),
                Arrays.copyOfRange(still, 12, still.length),
                Pictures.webpChunk("EXIF", Pictures.exif(orientation)));

        // Those four undo themselves, so the upright picture is what would be stored for it.
        assertThat(decoder.decode(file)).isEqualTo(stored(orientation));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 255})
    void passesOverOrientationsThatAreNone(int orientation) throws Exception {
        byte[] png = ImageEncoder.PNG.encode(Pictures.blocks(), Map.of());
        byte[] file = Pictures.inserted(png, 33, Pictures.pngChunk("eXIf", Pictures.exif(orientation)));

        assertThat(decoder.decode(file)).isEqualTo(Pictures.blocks());
    }

    private static RgbImage stored(int orientation) {
        return Pictures.blocks(STORED[orientation - 1]);
    }
}
