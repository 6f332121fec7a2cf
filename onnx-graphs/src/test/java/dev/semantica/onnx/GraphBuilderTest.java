package dev.semantica.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphBuilderTest {

    private static final Shape ROWS_OF_TWO = Shape.leading("rows", 2);

    @Test
    void runsWithAnyNumberOfRows() throws Exception {
        OnnxModel model = affine(2, 1);
        assertThat(run(model, 1, 1, 2)).containsExactly(3, 5);
        assertThat(run(model, 2, 1, 2, 3, 4)).containsExactly(3, 5, 7, 9);
    }

    @Test
    void writesWhatItReads(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("affine.onnx");
        affine(2, 1).write(file);
        OnnxModel read = OnnxModel.read(file);
        assertThat(read.inputs()).containsExactly(Map.entry("x", new TensorType(ElementType.FLOAT, ROWS_OF_TWO)));
        assertThat(read.outputs()).containsOnlyKeys("y");
        assertThat(read.outputs().get("y")).hasToString("TensorType[element=FLOAT, shape=[rows, 2]]");
        assertThat(read.opsets()).containsExactly(Map.entry("", GraphBuilder.OPSET));
        assertThat(read.operators()).containsExactlyInAnyOrderEntriesOf(Map.of("Mul", 1L, "Add", 1L, "Identity", 1L));
        assertThat(read.metadata()).containsExactly(Map.entry("purpose", "test"));
        assertThat(read.hasExternalData()).isFalse();
        assertThat(run(read, 1, 1, 2)).containsExactly(3, 5);
    }

    @Test
    void theSameCallsGiveTheSameBytes() {
        assertThat(affine(2, 1).bytes())
                .isEqualTo(affine(2, 1).bytes())
                .isNotEqualTo(affine(2, 3).bytes());
    }

    @Test
    void runsFusedAttention() throws Exception {
        GraphBuilder graph = new GraphBuilder("attention");
        Shape shape = Shape.leading("rows", 2, 2);
        Value query = graph.input("query", ElementType.FLOAT, shape);
        Value keys = graph.floats("keys", new long[] {1, 2, 2}, 1, 0, 0, 1);
        Value attended = graph.microsoft("MultiHeadAttention", query, keys, query, Value.NONE)
                .set("num_heads", 1)
                .set("scale", 1f)
                .output();
        graph.output("attended", attended, ElementType.FLOAT, shape);
        OnnxModel model = graph.build();
        assertThat(model.opsets()).containsEntry(GraphBuilder.MICROSOFT, 1L);

        float[] found = Runs.run(
                model, Map.of("query", Runs.Tensor.of(List.of(1L, 2L, 2L), 0, 0, 0, (float) Math.log(3))), "attended");
        // Row 0 weighs both values alike; row 1 weighs them 1 : 3.
        assertThat(found[0]).isZero();
        assertThat(found[1]).isCloseTo((float) Math.log(3) / 2, within(1e-6f));
        assertThat(found[3]).isCloseTo((float) Math.log(3) * 3 / 4, within(1e-6f));
    }

    @Test
    void runsALoopOverItsBody() throws Exception {
        GraphBuilder graph = new GraphBuilder("doubling");
        Value x = graph.input("x", ElementType.FLOAT, ROWS_OF_TWO);
        GraphBuilder body = graph.subgraph("body");
        Value unusedIndex = body.input("index", ElementType.INT64, Shape.of());
        Value condition = body.input("condition", ElementType.BOOL, Shape.of());
        Value carried = body.input("carried", ElementType.FLOAT, ROWS_OF_TWO);
        assertThat(unusedIndex.name()).isEqualTo("index");
        body.output("continue", condition, ElementType.BOOL, Shape.of());
        // The value that is added comes from the graph around the body.
        body.output("next", body.node("Add", carried, x).output(), ElementType.FLOAT, ROWS_OF_TWO);
        Value times = graph.initialiser(
                "times", ElementType.INT64, new long[0], ByteBuffer.wrap(new byte[] {3, 0, 0, 0, 0, 0, 0, 0}));
        Value y = graph.node("Loop", times, Value.NONE, x).set("body", body).output();
        graph.output("y", y, ElementType.FLOAT, ROWS_OF_TWO);
        assertThat(run(graph.build(), 1, 1, 2)).containsExactly(4, 8);
    }

    @Test
    void severalOutputsOfANode() throws Exception {
        GraphBuilder graph = new GraphBuilder("swap");
        Value x = graph.input("x", ElementType.FLOAT, ROWS_OF_TWO);
        List<Value> halves =
                graph.node("Split", x).set("axis", 1).set("num_outputs", 2).outputs(2);
        Value swapped = graph.node("Concat", halves.get(1), halves.get(0))
                .set("axis", 1)
                .output();
        graph.output("y", swapped, ElementType.FLOAT, ROWS_OF_TWO);
        assertThat(run(graph.build(), 1, 1, 2)).containsExactly(2, 1);
    }

    @Test
    void refusesWhatCannotBeAGraph() {
        GraphBuilder graph = new GraphBuilder("wrong");
        assertThatThrownBy(graph::build).hasMessageContaining("has no output");
        Value x = graph.input("x", ElementType.FLOAT, ROWS_OF_TWO);
        assertThatThrownBy(() -> graph.input("x", ElementType.FLOAT, ROWS_OF_TWO))
                .hasMessageContaining("called 'x' already");
        assertThatThrownBy(() -> graph.node("Add", x, new Value("z"))).hasMessageContaining("no value called 'z'");
        assertThatThrownBy(() -> graph.floats("w", new long[] {2, 2}, 1, 2, 3))
                .hasMessage("Initialiser w of shape [2, 2] needs 16 bytes, but has 12");
        assertThat(graph.floats("w", new long[] {2}, 1, 2)).isEqualTo(graph.floats("w", new long[] {2}, 1, 2));
        assertThatThrownBy(() -> graph.floats("w", new long[] {2}, 1, 3))
                .hasMessageContaining("Two initialisers are called w");
        assertThatThrownBy(() -> Shape.of(2, -1)).hasMessageContaining("[2, -1]");
        assertThatThrownBy(() -> new Shape.Dimension("rows", 2)).hasMessageContaining("'rows' of size 2");
    }

    @Test
    void refusesWhatIsNoModel(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("no.onnx"), "this is no model");
        assertThatThrownBy(() -> OnnxModel.read(file))
                .isInstanceOf(OnnxFormatException.class)
                .hasMessageContaining("no.onnx: not an ONNX model");
        assertThatThrownBy(() -> OnnxModel.parse(new byte[0])).hasMessageContaining("no graph");
    }

    static OnnxModel affine(float factor, float summand) {
        GraphBuilder graph = new GraphBuilder("affine");
        Value x = graph.input("x", ElementType.FLOAT, ROWS_OF_TWO);
        Value scaled = graph.node("Mul", x, graph.scalar(factor)).output();
        Value y = graph.node("Add", scaled, graph.floats("summand", new long[] {2}, summand, summand))
                .output();
        graph.output("y", y, ElementType.FLOAT, ROWS_OF_TWO);
        graph.metadata("purpose", "test");
        return graph.build();
    }

    static float[] run(OnnxModel model, int rows, float... x) throws OrtException {
        return Runs.run(model, Map.of("x", Runs.Tensor.of(List.of((long) rows, 2L), x)), "y");
    }
}
