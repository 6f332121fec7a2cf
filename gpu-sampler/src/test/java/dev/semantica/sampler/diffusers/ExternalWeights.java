package dev.semantica.sampler.diffusers;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Moves a model's weights out of its file, as exporters do with large ones. */
final class ExternalWeights {

    private ExternalWeights() {}

    static void move(Path file, String location) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        ByteArrayOutputStream weights = new ByteArrayOutputStream();
        for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            // Shapes and axes stay inside, as with exporters.
            if (tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()) {
                byte[] raw = tensor.getRawData().toByteArray();
                tensor.clearRawData()
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(entry("location", location))
                        .addExternalData(entry("offset", Integer.toString(weights.size())))
                        .addExternalData(entry("length", Integer.toString(raw.length)));
                weights.write(raw);
            }
        }
        Files.write(file, model.build().toByteArray());
        Path target = file.resolveSibling(location).normalize();
        Files.createDirectories(target.getParent());
        Files.write(target, weights.toByteArray());
    }

    /** Writes a model whose weights were moved, with another location. */
    static void rename(Path file, byte[] moved, String location) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(moved).toBuilder();
        for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            if (tensor.getExternalDataCount() > 0) {
                tensor.setExternalData(0, entry("location", location));
            }
        }
        Files.write(file, model.build().toByteArray());
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
