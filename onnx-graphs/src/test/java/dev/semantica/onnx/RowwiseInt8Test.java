package dev.semantica.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.semantica.onnx.Runs.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowwiseInt8Test {

    private static final int IN = 24;
    private static final int OUT = 40;
    private static final int TOKENS = 3;

    private final Random random = new Random(7);
    private final float[] first = numbers(IN * OUT, 0.2);
    private final float[] second = numbers(IN * OUT, 3);

    @Test
    void productsStayWithinTheStepOfEightBits() throws Exception {
        OnnxModel model = twoProducts();
        RowwiseInt8.Result result = RowwiseInt8.quantise(model);
        float[] x = numbers(4 * TOKENS * IN, 1);

        assertThat(result.products()).isEqualTo(2);
        assertThat(result.model().operators())
                .containsEntry("MatMulIntegerToFloat", 2L)
                .doesNotContainKey("MatMul")
                // Both products read the same factor: it is quantised once.
                .containsEntry("QuantizeLinear", 1L);
        float[] wanted = run(model, 4, x);
        float[] found = run(result.model(), 4, x);
        assertThat(relativeError(found, wanted)).isLessThan(0.02).isPositive();
    }

    @Test
    void noTwoProductsTogetherExceedSixteenBits() throws Exception {
        int largestFactor = 255;
        GraphProto graph = RowwiseInt8.quantise(twoProducts()).model().proto().getGraph();
        for (TensorProto tensor : graph.getInitializerList()) {
            if (tensor.getDataType() == ElementType.INT8.number()) {
                byte[] weights = tensor.getRawData().toByteArray();
                int largest = IntStream.range(0, weights.length)
                        .map(i -> Math.abs(weights[i]))
                        .max()
                        .orElseThrow();
                assertThat(largest).isEqualTo(RowwiseInt8.LARGEST_WEIGHT);
                assertThat(2 * largestFactor * largest).isLessThanOrEqualTo(Short.MAX_VALUE);
            }
        }
    }

    @Test
    void theModelShrinksToAboutAQuarter() throws Exception {
        OnnxModel model = oneProduct(256, 256, 21);

        assertThat(RowwiseInt8.quantise(model).model().bytes().length).isLessThan(model.bytes().length * 3 / 10);
    }

    @Test
    void aRowIsTheSameInAnyCompany() throws Exception {
        OnnxModel model = RowwiseInt8.quantise(twoProducts()).model();
        float[] row = numbers(TOKENS * IN, 1);
        float[] loud = numbers(TOKENS * IN, 1000);
        float[] both = Arrays.copyOf(loud, 2 * TOKENS * IN);
        System.arraycopy(row, 0, both, TOKENS * IN, TOKENS * IN);

        float[] alone = run(model, 1, row);
        float[] beside = run(model, 2, both);

        assertThat(Arrays.copyOfRange(beside, TOKENS * OUT, 2 * TOKENS * OUT)).containsExactly(alone);
    }

    @Test
    void aRowOfZerosGivesZeros() throws Exception {
        OnnxModel model = RowwiseInt8.quantise(twoProducts()).model();

        assertThat(run(model, 1, new float[TOKENS * IN])).containsOnly(0);
    }

    @Test
    void operatorsOfVersion17TakeAxesAsAttribute() throws Exception {
        OnnxModel model = oneProduct(32, 32, 17);
        float[] x = numbers(2 * 32, 1);
        Tensor input = Tensor.of(List.of(2L, 32L), x);

        float[] wanted = Runs.run(model, Map.of("x", input), "y");
        float[] found = Runs.run(RowwiseInt8.quantise(model).model(), Map.of("x", input), "y");

        assertThat(relativeError(found, wanted)).isLessThan(0.02).isPositive();
    }

    @Test
    void whatCannotBeQuantisedIsRefused() {
        assertThatThrownBy(() -> RowwiseInt8.quantise(oneProduct(32, 32, 11)))
                .isInstanceOf(OnnxFormatException.class)
                .hasMessageContaining("version 11")
                .hasMessageContaining("newer");
        assertThatThrownBy(() -> RowwiseInt8.quantise(oneProduct(32, 8, 21)))
                .isInstanceOf(OnnxFormatException.class)
                .hasMessageContaining("no product");
    }

    /** x [rows, 3, 24] · first + x · second. */
    private OnnxModel twoProducts() {
        GraphBuilder graph = new GraphBuilder("products");
        Value x = graph.input("x", ElementType.FLOAT, Shape.leading("rows", TOKENS, IN));
        long[] shape = {IN, OUT};
        Value a = graph.node("MatMul", x, graph.floats("a", shape, first)).output();
        Value b = graph.node("MatMul", x, graph.floats("b", shape, second)).output();
        Value y = graph.node("Add", a, b).output();
        graph.output("y", y, ElementType.FLOAT, Shape.leading("rows", TOKENS, OUT));
        return graph.build();
    }

    private OnnxModel oneProduct(int in, int out, long opset) {
        GraphBuilder graph = new GraphBuilder("product", opset);
        Value x = graph.input("x", ElementType.FLOAT, Shape.leading("rows", in));
        Value w = graph.floats("w", new long[] {in, out}, numbers(in * out, 1));
        graph.output("y", graph.node("MatMul", x, w).output(), ElementType.FLOAT, Shape.leading("rows", out));
        return graph.build();
    }

    private static float[] run(OnnxModel model, int rows, float[] x) throws Exception {
        return Runs.run(model, Map.of("x", Tensor.of(List.of((long) rows, (long) TOKENS, (long) IN), x)), "y");
    }

    private float[] numbers(int count, double scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    private static double relativeError(float[] found, float[] wanted) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < wanted.length; i++) {
            difference += Math.pow((double) found[i] - wanted[i], 2);
            size += Math.pow(wanted[i], 2);
        }
        return Math.sqrt(difference / size);
    }
}
