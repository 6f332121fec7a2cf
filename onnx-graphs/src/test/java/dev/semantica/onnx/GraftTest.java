package dev.semantica.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GraftTest {

    private static final Shape ROWS_OF_TWO = Shape.leading("rows", 2);

    @Test
    void aModelTwiceInOneGraph() throws Exception {
        OnnxModel affine = GraphBuilderTest.affine(2, 1);
        GraphBuilder graph = GraphBuilder.matching("twice", affine);
        Value x = graph.input("x", ElementType.FLOAT, ROWS_OF_TWO);
        Value once = graph.graft(affine, "first/", Map.of("x", x)).get("y");
        Value twice = graph.graft(affine, "second/", Map.of("x", once)).get("y");
        graph.output("y", graph.node("Sub", twice, x).output(), ElementType.FLOAT, ROWS_OF_TWO);
        // 2(2x + 1) + 1 − x
        assertThat(GraphBuilderTest.run(graph.build(), 1, 1, 2)).containsExactly(6, 9);
    }

    @Test
    void aModelWithALoopInside() throws Exception {
        OnnxModel tripling = tripling();
        GraphBuilder graph = GraphBuilder.matching("around", tripling);
        Value x = graph.input("x", ElementType.FLOAT, ROWS_OF_TWO);
        Value doubled = graph.node("Add", x, x).output();
        Value y = graph.graft(tripling, "inner/", Map.of("x", doubled)).get("y");
        graph.output("y", y, ElementType.FLOAT, ROWS_OF_TWO);
        assertThat(GraphBuilderTest.run(graph.build(), 1, 1, 2)).containsExactly(6, 12);
    }

    @Test
    void keepsTheOperatorSetsOfWhatIsGrafted() {
        GraphBuilder old = new GraphBuilder("old", 17);
        Value x = old.input("x", ElementType.FLOAT, ROWS_OF_TWO);
        old.output("y", old.microsoft("FastGelu", x).output(), ElementType.FLOAT, ROWS_OF_TWO);
        OnnxModel model = old.build();

        GraphBuilder fitting = GraphBuilder.matching("fitting", model);
        assertThat(fitting.opset("ai.onnx")).isEqualTo(17);
        assertThat(fitting.opset(GraphBuilder.MICROSOFT)).isEqualTo(1);
        assertThat(fitting.opset("elsewhere")).isZero();

        GraphBuilder newer = new GraphBuilder("newer");
        Value other = newer.input("x", ElementType.FLOAT, ROWS_OF_TWO);
        assertThatThrownBy(() -> newer.graft(model, "old/", Map.of("x", other)))
                .hasMessageContaining("version 17")
                .hasMessageContaining("GraphBuilder.matching");
    }

    @Test
    void asksForEveryInput() {
        OnnxModel affine = GraphBuilderTest.affine(2, 1);
        GraphBuilder graph = GraphBuilder.matching("asks", affine);
        Value x = graph.input("x", ElementType.FLOAT, ROWS_OF_TWO);
        assertThatThrownBy(() -> graph.graft(affine, "a/", Map.of("z", x)))
                .hasMessage("The model to graft has the inputs [x], but was given [z]");
        graph.graft(affine, "a/", Map.of("x", x));
        assertThatThrownBy(() -> graph.graft(affine, "a/", Map.of("x", x))).hasMessageContaining("already");
    }

    /** x + x + x, by a loop whose body sees a value and an initialiser from around it. */
    private static OnnxModel tripling() {
        GraphBuilder graph = new GraphBuilder("tripling");
        Value x = graph.input("x", ElementType.FLOAT, ROWS_OF_TWO);
        GraphBuilder body = graph.subgraph("body");
        body.input("index", ElementType.INT64, Shape.of());
        Value condition = body.input("condition", ElementType.BOOL, Shape.of());
        Value carried = body.input("carried", ElementType.FLOAT, ROWS_OF_TWO);
        body.output("continue", condition, ElementType.BOOL, Shape.of());
        Value scaled = body.node("Mul", x, body.scalar(1)).output();
        body.output("next", body.node("Add", carried, scaled).output(), ElementType.FLOAT, ROWS_OF_TWO);
        Value times = graph.node("Squeeze", graph.longs(2)).output();
        Value y = graph.node("Loop", times, Value.NONE, x).set("body", body).output();
        graph.output("y", y, ElementType.FLOAT, ROWS_OF_TWO);
        return graph.build();
    }
}
