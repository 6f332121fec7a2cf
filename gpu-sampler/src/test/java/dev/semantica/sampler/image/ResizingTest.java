package dev.semantica.sampler.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResizingTest {

    @Test
    void keepsAPictureOfTheWantedSize() {
        RgbImage image = Pictures.busy(17, 9);

        assertThat(Resizing.cover(image, 17, 9)).isSameAs(image);
    }

    @Test
    void keepsAColourWhateverTheShape() {
        RgbImage image = Pictures.filled(301, 77, 0x4080c0);

        assertThat(Resizing.cover(image, 64, 64)).isEqualTo(Pictures.filled(64, 64, 0x4080c0));
        assertThat(Resizing.cover(image, 500, 401)).isEqualTo(Pictures.filled(500, 401, 0x4080c0));
    }

    @Test
    void cutsTheMiddleOutExactlyWhenNothingIsScaled() {
        RgbImage image = Pictures.busy(21, 10);

        RgbImage cut = Resizing.cover(image, 10, 10);

        for (int y = 0; y < 10; y++) {
            for (int x = 0; x < 10; x++) {
                // (21 - 10) / 2 = 5.5: each pixel is the mean of two.
                for (int c = 0; c < 3; c++) {
                    double mean = (image.channel(x + 5, y, c) + image.channel(x + 6, y, c)) / 2.0;
                    assertThat((double) cut.channel(x, y, c)).isBetween(mean - 0.5, mean + 0.5);
                }
            }
        }
    }

    @Test
    void averagesWhatIsTooFineToShow() {
        byte[] rgb = new byte[3 * 256 * 256];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % 2 == 0 ? 0 : 255);
        }

        RgbImage small = Resizing.cover(new RgbImage(256, 256, rgb), 20, 20);

        for (int x = 1; x < 19; x++) {
            assertThat(small.channel(x, 10, 0)).isBetween(124, 131);
        }
    }

    @Test
    void enlargesLinearly() {
        RgbImage two = new RgbImage(2, 1, new byte[] {0, 0, 0, 100, 100, 100});

        RgbImage four = Resizing.cover(two, 4, 2);

        // Centres at -0.25, 0.25, 0.75 and 1.25 of the source.
        assertThat(new int[] {four.channel(0, 0, 0), four.channel(1, 0, 0), four.channel(2, 0, 0), four.channel(3, 0, 0)
                })
                .containsExactly(0, 25, 75, 100);
    }
}
