package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.data.TestPages;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PixelsTest {

    private static final int SIDE = 4;
    private static final int PLANE = SIDE * SIDE;

    @TempDir
    private Path folder;

    @Test
    void bytesBecomeValuesFromMinusOneToOneRedFirst() throws Exception {
        PackedPages store = TestPages.pack(
                folder,
                SIDE,
                List.of(TestPages.page("a", TestPages.plain(SIDE, 0, 51, 255), TestPages.plain(SIDE, 204, 102, 153))));
        float[] expected = {-1, -0.6f, 1, 0.6f, -0.2f, 0.2f};
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray pixels = Pixels.of(store, new int[] {0, 1}, manager);

            assertThat(pixels.getShape()).isEqualTo(new Shape(2, 3, SIDE, SIDE));
            float[] values = pixels.toFloatArray();
            assertThat(Pixels.values(store, new int[] {0, 1})).containsExactly(values, within(1e-6f));
            assertThat(Pixels.rows(store).read(new int[] {1}))
                    .hasSize(Pixels.rows(store).width())
                    .startsWith(0.6f);
            for (int i = 0; i < values.length; i++) {
                assertThat(values[i]).isCloseTo(expected[i / PLANE], within(1e-6f));
            }
        }
    }

    @Test
    void valuesBecomeThePictureTheyCameFrom() throws Exception {
        RgbImage first = TestPages.noise(SIDE, 1);
        RgbImage second = TestPages.noise(SIDE, 2);
        PackedPages store = TestPages.pack(folder, SIDE, List.of(TestPages.page("a", first, second)));
        float[] values = Pixels.values(store, new int[] {0, 1});

        assertThat(Pixels.picture(values, 0, SIDE)).isEqualTo(first);
        assertThat(Pixels.picture(values, 1, SIDE)).isEqualTo(second);
    }

    @Test
    void whatIsBeyondTheEndsIsClamped() {
        float[] values = new float[3 * PLANE];
        Arrays.fill(values, 0, PLANE, 1.5f);
        Arrays.fill(values, PLANE, 2 * PLANE, -7);

        assertThat(Pixels.picture(values, 0, SIDE)).isEqualTo(TestPages.plain(SIDE, 255, 0, 128));
    }

    @Test
    void meansAreThoseOfBlocks() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Two maps of 2×4: 0 … 7 and 8 … 15.
            NDArray maps = manager.arange(16f).reshape(1, 2, 2, 4);

            assertThat(Pixels.means(maps, 2).getShape()).isEqualTo(new Shape(1, 2, 1, 2));
            assertThat(Pixels.means(maps, 2).toFloatArray()).containsExactly(2.5f, 4.5f, 10.5f, 12.5f);
        }
    }
}
