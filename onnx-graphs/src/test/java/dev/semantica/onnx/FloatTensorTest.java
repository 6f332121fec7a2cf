package dev.semantica.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloatTensorTest {

    private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();

    private static OnnxModel model(TensorProto... tensors) throws Exception {
        ModelProto proto = ModelProto.newBuilder()
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(GraphProto.newBuilder().addAllInitializer(List.of(tensors)))
                .build();
        return OnnxModel.parse(proto.toByteArray());
    }

    @Test
    void whatABuilderWroteIsReadByName() throws Exception {
        GraphBuilder graph = new GraphBuilder("g");
        Value x = graph.input("x", ElementType.FLOAT, Shape.leading("rows", 2));
        Value sum = graph.node("Add", x, graph.floats("bias", new long[] {2}, 1.5f, -2))
                .output();
        graph.output(
                "y",
                graph.node("Reshape", sum, graph.longs(-1, 2)).output(),
                ElementType.FLOAT,
                Shape.leading("rows", 2));

        var floats = graph.build().floats();

        assertThat(floats).containsOnlyKeys("bias");
        assertThat(floats.get("bias").shape()).containsExactly(2L);
        assertThat(floats.get("bias").values()).containsExactly(1.5f, -2);
    }

    @Test
    void numbersThatAreNotRawAreReadAndThoseInOtherFilesAreNot() throws Exception {
        OnnxModel model = model(
                TensorProto.newBuilder()
                        .setName("listed")
                        .setDataType(FLOAT)
                        .addDims(2)
                        .addFloatData(3)
                        .addFloatData(4)
                        .build(),
                TensorProto.newBuilder()
                        .setName("elsewhere")
                        .setDataType(FLOAT)
                        .addDims(2)
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .build());

        assertThat(model.floats()).containsOnlyKeys("listed");
        assertThat(model.floats().get("listed").values()).containsExactly(3, 4);
    }

    @Test
    void aShapeThatItsNumbersDoNotFillIsRefused() throws Exception {
        OnnxModel model = model(TensorProto.newBuilder()
                .setName("short")
                .setDataType(FLOAT)
                .addDims(3)
                .addFloatData(1)
                .build());

        assertThatThrownBy(model::floats)
                .isInstanceOf(OnnxFormatException.class)
                .hasMessageContaining("initialiser short of shape [3] has 1 numbers");
    }
}
