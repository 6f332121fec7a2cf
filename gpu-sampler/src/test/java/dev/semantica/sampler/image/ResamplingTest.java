package dev.semantica.sampler.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against Pillow 12.3.0: Image.resize of the same picture. */
class ResamplingTest {

    @ParameterizedTest
    @CsvSource({
        "BILINEAR, 7a88868382837d87817d818384807c847484",
        "BICUBIC, 7a88878382837d89817f7f8384817a847285",
        "LANCZOS, 798a868482837c8981807f84858278847286"
    })
    void shrinksLikePillow(Resampling resampling, String expected) {
        assertThat(HexFormat.of().formatHex(resampling.resize(picture(), 3, 2).rgb()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "BILINEAR, 5, 4, 5110da3f",
        "BILINEAR, 29, 17, 6fc2429e",
        "BILINEAR, 13, 4, cc00957d",
        "BILINEAR, 40, 9, c08e6fdb",
        "BICUBIC, 5, 4, 2e9f2772",
        "BICUBIC, 29, 17, 3d44d4eb",
        "BICUBIC, 13, 4, d61c9be6",
        "BICUBIC, 40, 9, e278dc34",
        "LANCZOS, 5, 4, ae0b65e8",
        "LANCZOS, 29, 17, 1c3ecf08",
        "LANCZOS, 13, 4, b6fb555c",
        "LANCZOS, 40, 9, a5fa7c3c"
    })
    void givesPillowsBytesInEverySize(Resampling resampling, int width, int height, String crc) {
        CRC32 found = new CRC32();
        found.update(resampling.resize(picture(), width, height).rgb());

        assertThat("%08x".formatted(found.getValue())).isEqualTo(crc);
    }

    @Test
    void keepsAPictureOfTheWantedSize() {
        RgbImage picture = picture();

        assertThat(Resampling.BICUBIC.resize(picture, 13, 9)).isSameAs(picture);
    }

    private static RgbImage picture() {
        int width = 13;
        int height = 9;
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[3 * (y * width + x) + c] = (byte) (x * 37 + y * 91 + c * 53 + x * y * 7);
                }
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
