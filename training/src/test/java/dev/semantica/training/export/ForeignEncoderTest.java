package dev.semantica.training.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An encoder whose tokens are the mean colours of patches of 16 of what it is given: 48 wide and 32 high, of 64. */
class ForeignEncoderTest {

    private static final int SIDE = 64;
    private static final double[] MEAN = {0.5, 0.4, 0.3};
    private static final double[] DEVIATION = {0.5, 0.25, 0.2};

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws Exception {
        Shape.Dimension dynamic = new Shape.Dimension("", -1);
        GraphBuilder graph = new GraphBuilder("encoder", 18);
        Value pixels =
                graph.input("pixel_values", ElementType.FLOAT, new Shape(List.of(dynamic, dynamic, dynamic, dynamic)));
        float[] kernel = new float[3 * 3 * 256];
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < 256; i++) {
                kernel[(3 * c + c) * 256 + i] = 1 / 256f;
            }
        }
        Value map = graph.node("Conv", pixels, graph.floats("kernel", new long[] {3, 3, 16, 16}, kernel))
                .setList("strides", 16, 16)
                .output();
        Value flat = graph.node("Reshape", map, graph.longs(0, 3, -1)).output();
        Value tokens = graph.node("Transpose", flat).setList("perm", 0, 2, 1).output();
        graph.output("last_hidden_state", tokens, ElementType.FLOAT, new Shape(List.of(dynamic, dynamic, dynamic)));
        graph.build().write(folder.resolve("model.onnx"));
        Files.writeString(folder.resolve("preprocessor_config.json"), """
                {"do_resize": true, "size": {"shortest_edge": 64}, "resample": 3, "do_center_crop": true,
                 "crop_size": {"height": 32, "width": 48}, "do_rescale": true, "rescale_factor": 0.00392156862745098,
                 "do_normalize": true, "image_mean": [0.5, 0.4, 0.3], "image_std": [0.5, 0.25, 0.2]}""");
    }

    @Test
    void seesTheMiddleOfAPictureNormalisedAsItWants() throws Exception {
        try (EncoderSession session = ForeignEncoder.open(folder, SIDE, ForeignEncoder.TokenPooling.MEAN, true, 1)) {
            assertThat(session.tokens()).isEqualTo(6);
            assertThat(session.tokenWidth()).isEqualTo(3);

            float[] tokens = session.encode(pictures(), 2).get(0);

            for (int row = 0; row < 2; row++) {
                for (int token = 0; token < 6; token++) {
                    assertThat(token(tokens, row, token)).containsExactly(expected(row, token), within(1e-4));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void poolsItsTokensAsItIsTold(ForeignEncoder.TokenPooling pooling) throws Exception {
        for (boolean all : new boolean[] {true, false}) {
            try (EncoderSession session = ForeignEncoder.open(folder, SIDE, pooling, all, 1)) {
                List<float[]> encoded = session.encode(pictures(), 2);

                assertThat(session.pooledWidth()).isEqualTo(3);
                for (int row = 0; row < 2; row++) {
                    double[] expected = new double[3];
                    for (int c = 0; c < 3; c++) {
                        for (int token = 0; token < 6; token++) {
                            expected[c] += expected(row, token)[c] / 6;
                        }
                    }
                    if (pooling == ForeignEncoder.TokenPooling.CLS) {
                        expected = expected(row, 0);
                    }
                    assertThat(token(encoded.get(1), row, 0, 1)).containsExactly(expected, within(1e-4));
                    if (!all) {
                        assertThat(token(encoded.get(0), row, 0, 1)).containsExactly(expected, within(1e-4));
                    }
                }
            }
        }
    }

    /** A patch's mean is the value in its middle: values rise evenly across and down, from −1 to 1 at most. */
    private static double value(int row, int channel, double x, double y) {
        return (row == 0 ? 1 : -1) * ((channel + 1) * 0.004 * x - 0.006 * y) + 0.1 * channel;
    }

    private static float[] pictures() {
        float[] pixels = new float[2 * 3 * SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            int plane = i / SIDE / SIDE;
            pixels[i] = (float) value(plane / 3, plane % 3, i % SIDE, i / SIDE % SIDE);
        }
        return pixels;
    }

    /** Three patches across from 8 on, two down from 16 on. */
    private static double[] expected(int row, int token) {
        double[] expected = new double[3];
        for (int c = 0; c < 3; c++) {
            double value = value(row, c, 8 + 16 * (token % 3) + 7.5, 16 + 16 * (token / 3) + 7.5);
            expected[c] = ((value + 1) / 2 - MEAN[c]) / DEVIATION[c];
        }
        return expected;
    }

    private static double[] token(float[] tokens, int row, int token) {
        return token(tokens, row, token, 6);
    }

    private static double[] token(float[] tokens, int row, int token, int ofRow) {
        double[] found = new double[3];
        for (int c = 0; c < 3; c++) {
            found[c] = tokens[3 * (row * ofRow + token) + c];
        }
        return found;
    }
}
