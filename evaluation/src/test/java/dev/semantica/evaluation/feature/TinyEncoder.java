package dev.semantica.evaluation.feature;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.LongStream;

/**
 * Exports in the layouts of DINOv2, CLIP and Inception, small enough to be worked out by hand: patches are averaged and
 * mixed, the class token is the mean of all patches plus a constant.
 */
final class TinyEncoder {

    /** Pixels along a side of what the encoder reads. */
    static final int SIDE = 6;
    /** Pixels along a side of a patch. */
    static final int PATCH = 3;
    /** Length of a token. */
    static final int WIDTH = 4;
    /** Length of the embedding. */
    static final int EMBEDDING = 2;
    /** How the colours of a patch make a token: red, green, blue to each of its numbers. */
    static final float[][] MIX = {{1, 0, 0.5f, -1}, {0, 1, -0.5f, 2}, {2, -1, 1, 0.25f}};
    /** What the class token has more. */
    static final float[] CLASS = {0.5f, -0.25f, 0, 1};
    /** How the class token makes the embedding. */
    static final float[][] PROJECTION = {{1, 0}, {0, 1}, {1, 1}, {-1, 0.5f}};

    /** As DINOv2 writes it: shorter side to 8, middle of 6, bicubic. */
    static final String DINO = """
            {"crop_size": {"height": 6, "width": 6}, "do_center_crop": true, "do_convert_rgb": true,
             "do_normalize": true, "do_rescale": true, "do_resize": true, "image_mean": [0.485, 0.456, 0.406],
             "image_processor_type": "BitImageProcessor", "image_std": [0.229, 0.224, 0.225], "resample": 3,
             "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 8}}""";
    /** As Inception is fed: any shape to 6x6, bilinear, −1 to 1. */
    static final String EXACT = """
            {"do_normalize": true, "do_resize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
             "resample": 2, "size": {"height": 6, "width": 6}}""";

    private final GraphBuilder graph = new GraphBuilder("encoder", 17);
    private final ElementType element;
    private final Value pixels;

    TinyEncoder(ElementType element, Shape input) {
        this.element = element;
        this.pixels = graph.input("pixel_values", element, input);
    }

    /** With every size dynamic. */
    static TinyEncoder floats() {
        return new TinyEncoder(ElementType.FLOAT, dynamic(4));
    }

    static Shape dynamic(int rank) {
        return new Shape(Collections.nCopies(rank, new Shape.Dimension("", -1)));
    }

    static Shape of(long... sizes) {
        return new Shape(LongStream.of(sizes)
                .mapToObj(size -> new Shape.Dimension("", size))
                .toList());
    }

    /** [rows, 3, 2, 2]. */
    Value patches() {
        return graph.node("AveragePool", pixels)
                .setList("kernel_shape", PATCH, PATCH)
                .setList("strides", PATCH, PATCH)
                .output();
    }

    /** [rows, 1 + 4, WIDTH], the class token first. */
    Value tokens() {
        Value flat = graph.node("Reshape", patches(), graph.longs(0, 3, -1)).output();
        Value rows = graph.node("Transpose", flat).setList("perm", 0, 2, 1).output();
        Value tokens = graph.node("MatMul", rows, matrix("mix", MIX)).output();
        Value mean = graph.node("ReduceMean", tokens)
                .setList("axes", 1)
                .set("keepdims", 1)
                .output();
        Value own = graph.node("Add", mean, cast(graph.floats("class", new long[] {WIDTH}, CLASS)))
                .output();
        return graph.node("Concat", own, tokens).set("axis", 1).output();
    }

    /** [rows, WIDTH]. */
    Value first(Value tokens) {
        return graph.node("Gather", tokens, zero()).set("axis", 1).output();
    }

    /** [rows, EMBEDDING]. */
    Value projected(Value vector) {
        return graph.node("MatMul", vector, matrix("projection", PROJECTION)).output();
    }

    /** 0/0 for black pictures. */
    Value divided(Value tokens) {
        return graph.node("Div", tokens, tokens).output();
    }

    TinyEncoder output(String name, Value value, Shape shape) {
        graph.output(name, value, element, shape);
        return this;
    }

    TinyEncoder integers(String name, Value value, Shape shape) {
        graph.output(
                name,
                graph.node("Cast", value).set("to", ElementType.INT64.number()).output(),
                ElementType.INT64,
                shape);
        return this;
    }

    TinyEncoder input(String name, ElementType type, Shape shape) {
        graph.input(name, type, shape);
        return this;
    }

    /** Writes the folder. */
    Path write(Path folder, String preprocessing) throws IOException {
        Files.createDirectories(folder);
        graph.build().write(folder.resolve("model.onnx"));
        Files.writeString(folder.resolve("preprocessor_config.json"), preprocessing);
        return folder;
    }

    private Value zero() {
        return graph.initialiser("zero", ElementType.INT64, new long[0], ByteBuffer.allocate(Long.BYTES));
    }

    private Value matrix(String name, float[][] rows) {
        float[] values = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * rows[0].length, rows[0].length);
        }
        return cast(graph.floats(name, new long[] {rows.length, rows[0].length}, values));
    }

    private Value cast(Value value) {
        return element == ElementType.FLOAT
                ? value
                : graph.node("Cast", value).set("to", element.number()).output();
    }

    /** Moves the weights out of the graph, as exporters do with large ones. */
    static void moveWeights(Path folder) throws IOException {
        Path file = folder.resolve("model.onnx");
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        ByteArrayOutputStream weights = new ByteArrayOutputStream();
        for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            if (tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()) {
                byte[] raw = tensor.getRawData().toByteArray();
                tensor.clearRawData()
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(entry("location", "model.onnx_data"))
                        .addExternalData(entry("offset", Integer.toString(weights.size())))
                        .addExternalData(entry("length", Integer.toString(raw.length)));
                weights.write(raw);
            }
        }
        Files.write(file, model.build().toByteArray());
        Files.write(folder.resolve("model.onnx_data"), weights.toByteArray());
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
