package dev.semantica.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import org.junit.jupiter.api.Test;

/** References to other files are found wherever a model can hide them. */
class ExternalDataTest {

    @Test
    void findsThemInInitialisersConstantsAndNestedGraphs() throws Exception {
        ModelProto.Builder model = model();
        model.getGraphBuilder().addInitializer(external("a.bin", "8", TensorProto.DataLocation.EXTERNAL));
        model.getGraphBuilder()
                .addNodeBuilder()
                .addAttribute(
                        AttributeProto.newBuilder().setT(external("b.bin", "0", TensorProto.DataLocation.EXTERNAL)));
        // Its flag says that the numbers are inside; the reference is there nevertheless.
        model.getGraphBuilder()
                .addNodeBuilder()
                .addAttribute(AttributeProto.newBuilder()
                        .setG(GraphProto.newBuilder()
                                .addInitializer(external("c.bin", "4", TensorProto.DataLocation.DEFAULT))));
        model.addFunctionsBuilder()
                .addNodeBuilder()
                .addAttribute(AttributeProto.newBuilder()
                        .addTensors(external("d.bin", "1", TensorProto.DataLocation.EXTERNAL)));

        assertThat(OnnxModel.parse(model.build().toByteArray()).externalData())
                .containsExactly(
                        new ExternalData("a.bin", 8, -1),
                        new ExternalData("b.bin", 0, -1),
                        new ExternalData("c.bin", 4, -1),
                        new ExternalData("d.bin", 1, -1));
    }

    @Test
    void refusesOffsetsThatAreNone() throws Exception {
        ModelProto.Builder model = model();
        model.getGraphBuilder().addInitializer(external("a.bin", "-8", TensorProto.DataLocation.EXTERNAL));
        OnnxModel parsed = OnnxModel.parse(model.build().toByteArray());

        assertThatThrownBy(parsed::externalData)
                .isInstanceOf(OnnxFormatException.class)
                .hasMessageContaining("offset")
                .hasMessageContaining("-8");
    }

    private static ModelProto.Builder model() {
        ModelProto.Builder model = ModelProto.newBuilder().setGraph(GraphProto.newBuilder());
        model.addOpsetImportBuilder().setVersion(17);
        return model;
    }

    private static TensorProto external(String location, String offset, TensorProto.DataLocation where) {
        return TensorProto.newBuilder()
                .setName("w")
                .setDataLocation(where)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", offset))
                .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
