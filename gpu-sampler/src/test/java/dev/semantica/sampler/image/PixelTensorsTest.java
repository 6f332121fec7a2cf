package dev.semantica.sampler.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PixelTensorsTest {

    private static final RgbImage TWO =
            new RgbImage(2, 1, new byte[] {0, 51, (byte) 102, (byte) 255, (byte) 204, (byte) 153});
    private static final double[] SIGNED = {2 / 255.0, 2 / 255.0, 2 / 255.0};
    private static final double[] MINUS_ONE = {-1, -1, -1};

    @Test
    void writesPlanesOneAfterAnother() {
        float[] tensor = new float[8];

        PixelTensors.write(TWO, SIGNED, MINUS_ONE, tensor, 1);

        assertThat(tensor).containsExactly(0, -1f, 1f, -0.6f, 0.6f, -0.2f, 0.2f, 0);
    }

    @Test
    void comesBackUnchanged() {
        RgbImage image = Pictures.busy(32, 24);
        float[] tensor = new float[3 * 32 * 24];

        PixelTensors.write(image, SIGNED, MINUS_ONE, tensor, 0);

        assertThat(PixelTensors.read(tensor, 0, 32, 24, SIGNED, MINUS_ONE)).isEqualTo(image);
    }

    @Test
    void clampsAndRounds() {
        double[] one = {1, 1, 1};
        double[] zero = {0, 0, 0};
        float[] values = {0.5f, 0.49f, 254.5f, 300f, -7f, Float.POSITIVE_INFINITY};

        RgbImage image = PixelTensors.read(values, 0, 2, 1, one, zero);

        assertThat(Pictures.colour(image, 0, 0)).isEqualTo(0x01ff00);
        assertThat(Pictures.colour(image, 1, 0)).isEqualTo(0x00ffff);
    }
}
