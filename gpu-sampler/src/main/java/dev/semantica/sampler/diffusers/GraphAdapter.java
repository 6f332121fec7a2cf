package dev.semantica.sampler.diffusers;

import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.TensorType;
import dev.semantica.onnx.Value;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Writes nodes around an exported graph, so that it has the ends that a bundle's graph has: 32-bit floats, dynamic rows,
 * one timestep a row. The weights and nodes in between stay as they are.
 */
final class GraphAdapter {

    /** The first dimension of every tensor. */
    private static final String ROWS = "rows";

    private static final String PREFIX = "exported/";

    private final ExportedGraph exported;
    private final GraphBuilder builder;
    private final Map<String, Value> bound = new LinkedHashMap<>();

    GraphAdapter(ExportedGraph exported) {
        this.exported = exported;
        this.builder = GraphBuilder.matching(exported.part(), exported.model());
    }

    /** Declares an input of rows of floats. */
    Value input(String name, long... shape) {
        return builder.input(name, ElementType.FLOAT, Shape.leading(ROWS, shape));
    }

    /** Gives a value to an input of the exported graph, in the type that it wants. */
    void bind(String input, Value value) {
        bound.put(
                input,
                cast(value, ElementType.FLOAT, exported.inputs().get(input).element()));
    }

    /** Gives the timestep of the first row, as a scalar or as a list of one. */
    void bindFirst(String input, Value timesteps) {
        int rank = ExportedGraph.rank(exported.inputs().get(input));
        Value index = builder.initialiser(
                "first", ElementType.INT64, rank == 0 ? new long[0] : new long[] {1}, ByteBuffer.allocate(Long.BYTES));
        bind(input, builder.node("Gather", timesteps, index).set("axis", 0).output());
    }

    /** Gives zero, which also means false, to an input that only says how outputs are returned. */
    void bindZero(String input) {
        TensorType type = exported.inputs().get(input);
        long[] shape = type.shape().dimensions().stream()
                .mapToLong(dimension -> Math.max(1, dimension.size()))
                .toArray();
        int size = Math.toIntExact(LongStream.of(shape).reduce(type.element().bytes(), Math::multiplyExact));
        bound.put(input, builder.initialiser("zero." + input, type.element(), shape, ByteBuffer.allocate(size)));
    }

    /** Puts the exported graph behind what was bound. */
    Map<String, Value> graft() {
        return builder.graft(exported.model(), PREFIX, bound);
    }

    /** An output of the exported graph as floats. */
    Value floats(String output, Map<String, Value> outputs) {
        return cast(outputs.get(output), exported.outputs().get(output).element(), ElementType.FLOAT);
    }

    /** value·scale + offset for every channel of [rows, channels, height, width]. */
    Value affine(Value value, double[] scale, double[] offset) {
        Value scaled = isAll(scale, 1)
                ? value
                : builder.node("Mul", value, channels("scale", scale)).output();
        return isAll(offset, 0)
                ? scaled
                : builder.node("Add", scaled, channels("offset", offset)).output();
    }

    /** The first channels of [rows, channels, height, width]. */
    Value firstChannels(Value value, int channels) {
        Value axis = builder.longs(1);
        return builder.node("Slice", value, builder.longs(0), builder.longs(channels), axis)
                .output();
    }

    /** The same numbers as [rows, shape]. */
    Value reshape(Value value, long... shape) {
        long[] rows = new long[shape.length + 1];
        rows[0] = -1;
        System.arraycopy(shape, 0, rows, 1, shape.length);
        return builder.node("Reshape", value, builder.longs(rows)).output();
    }

    void output(String name, Value value, long... shape) {
        builder.output(name, value, ElementType.FLOAT, Shape.leading(ROWS, shape));
    }

    /** Declares an output of rows whose other sizes are known only when the graph runs. */
    void output(String name, Value value, int rank) {
        Shape.Dimension dynamic = new Shape.Dimension("", -1);
        builder.output(name, value, ElementType.FLOAT, new Shape(Collections.nCopies(rank, dynamic)));
    }

    OnnxModel build() {
        return builder.build();
    }

    private Value cast(Value value, ElementType from, ElementType to) {
        if (from == to) {
            return value;
        }
        return builder.node("Cast", value).set("to", to.number()).output();
    }

    private Value channels(String name, double[] values) {
        float[] floats = new float[values.length];
        IntStream.range(0, values.length).forEach(i -> floats[i] = (float) values[i]);
        return builder.floats(name, new long[] {1, values.length, 1, 1}, floats);
    }

    private static boolean isAll(double[] values, double wanted) {
        return DoubleStream.of(values).allMatch(value -> value == wanted);
    }
}
