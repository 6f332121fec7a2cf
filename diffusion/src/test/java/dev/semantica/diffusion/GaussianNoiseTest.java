package dev.semantica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GaussianNoiseTest {

    /** The known answers that Random123 publishes for philox4x32-10. */
    @Test
    void philoxGivesThePublishedAnswers() {
        assertThat(philox(0, 0, 0, 0, 0, 0)).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertThat(philox(-1, -1, -1, -1, -1, -1)).containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertThat(philox(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    @Test
    void aDrawDependsOnNothingButItsName() {
        float[] whole = draw(7, 3, 0, 1024);
        float[] part = new float[600];
        GaussianNoise.fill(7, 3, 0, part, 88, 511);

        assertThat(Arrays.copyOfRange(part, 88, 599)).isEqualTo(Arrays.copyOf(whole, 511));
    }

    @Test
    void seedIndexAndDrawEachChangeIt() {
        float[] base = draw(7, 3, 0, 64);

        assertThat(draw(8, 3, 0, 64)).isNotEqualTo(base);
        assertThat(draw(7 + (1L << 32), 3, 0, 64)).isNotEqualTo(base);
        assertThat(draw(7, 4, 0, 64)).isNotEqualTo(base);
        assertThat(draw(7, 3, 1, 64)).isNotEqualTo(base);
    }

    @Test
    void isStandardNormalAndUncorrelated() {
        int count = 200_000;
        float[] a = draw(1, 0, 0, count);
        float[] b = draw(1, 1, 0, count);
        double mean = 0;
        double square = 0;
        double fourth = 0;
        double product = 0;
        for (int i = 0; i < count; i++) {
            mean += a[i];
            square += a[i] * a[i];
            fourth += Math.pow(a[i], 4);
            product += a[i] * b[i];
        }
        // Five standard errors of each estimate.
        assertThat(mean / count).isCloseTo(0, within(5 / Math.sqrt(count)));
        assertThat(square / count).isCloseTo(1, within(5 * Math.sqrt(2.0 / count)));
        assertThat(fourth / count).isCloseTo(3, within(5 * Math.sqrt(96.0 / count)));
        assertThat(product / count).isCloseTo(0, within(5 / Math.sqrt(count)));
    }

    /** Frozen: a change here changes every picture that was ever made. */
    @Test
    void valuesNeverChange() {
        assertThat(draw(42, 0, 0, 4)).containsExactly(FROZEN);
    }

    private static final float[] FROZEN = {-0.9701898f, 0.19401896f, -1.2356207f, 1.9239267f};

    private static float[] draw(long seed, int index, int draw, int length) {
        float[] values = new float[length];
        GaussianNoise.fill(seed, index, draw, values, 0, length);
        return values;
    }

    private static int[] philox(int c0, int c1, int c2, int c3, int k0, int k1) {
        int[] words = {c0, c1, c2, c3};
        Philox4x32.scramble(words, k0, k1);
        return words;
    }
}
