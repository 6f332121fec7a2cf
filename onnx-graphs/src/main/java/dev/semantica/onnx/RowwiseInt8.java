package dev.semantica.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Replaces products with constant matrices by products of 8-bit integers: weights with one scale a column, made here;
 * their other factor with one scale a row, made at every call.
 *
 * <p>ONNX Runtime's own dynamic quantisation (DynamicQuantizeMatMul) has one scale for a whole tensor, so that a row's
 * result depends on the rows beside it. Here it does not.
 *
 * <p>Weights take 7 of their 8 bits: x86 processors without VNNI add two products in 16 bits, and saturate beyond.
 */
public final class RowwiseInt8 {

    /** Smaller matrices gain nothing. */
    static final int SMALLEST_SIDE = 16;

    private static final long OLDEST_OPSET = 13;
    private static final long AXES_ARE_INPUTS = 18;
    private static final int LARGEST = 127;

    /** Two products with the largest other factor still fit 16 bits: 2 · 255 · 64 < 32,768. */
    static final int LARGEST_WEIGHT = 64;

    private static final byte ZERO_POINT = (byte) 128;
    private static final String PREFIX = "int8/";

    private final ModelProto proto;
    private final long opset;
    private final Map<String, TensorProto> weights = new HashMap<>();
    private final Map<String, TensorProto> added = new LinkedHashMap<>();
    private final Map<String, Quantised> quantised = new HashMap<>();
    private final Set<String> replacedWeights = new HashSet<>();
    private final List<NodeProto> nodes = new ArrayList<>();
    private int products;

    /** A factor in integers, and its scale a row. */
    private record Quantised(String integers, String scale) {}

    /**
     * What came of it.
     *
     * @param model the new model
     * @param products number of products that were replaced
     */
    public record Result(OnnxModel model, int products) {}

    private RowwiseInt8(ModelProto proto, long opset) {
        this.proto = proto;
        this.opset = opset;
    }

    /**
     * Quantises a model's products, those of subgraphs left out.
     *
     * @throws OnnxFormatException if it keeps weights in other files, its operators are older than version 13, or it has
     *     no product with a constant matrix of floats
     */
    public static Result quantise(OnnxModel model) throws OnnxFormatException {
        long opset = model.opsets().getOrDefault("", 0L);
        if (opset < OLDEST_OPSET) {
            throw new OnnxFormatException("its operators are of version " + opset + ", but " + OLDEST_OPSET
                    + " or newer is needed; export it again for a newer one");
        }
        if (model.hasExternalData()) {
            throw new OnnxFormatException(
                    "it keeps weights in files of their own, which this cannot quantise; export it as one file");
        }
        return new RowwiseInt8(model.proto(), opset).run();
    }

    private Result run() throws OnnxFormatException {
        GraphProto graph = proto.getGraph();
        graph.getInitializerList().forEach(tensor -> weights.put(tensor.getName(), tensor));
        for (NodeProto node : graph.getNodeList()) {
            TensorProto matrix = matrix(node);
            if (matrix == null) {
                nodes.add(node);
            } else {
                replace(node, matrix);
            }
        }
        if (products == 0) {
            throw new OnnxFormatException("it has no product with a constant matrix of floats");
        }
        Set<String> stillRead = new HashSet<>();
        nodes.forEach(node -> collectInputs(node, stillRead));
        GraphProto.Builder changed = graph.toBuilder()
                .clearNode()
                .addAllNode(nodes)
                .clearInitializer()
                .addAllInitializer(graph.getInitializerList().stream()
                        .filter(tensor ->
                                !replacedWeights.contains(tensor.getName()) || stillRead.contains(tensor.getName()))
                        .toList())
                .addAllInitializer(added.values());
        ModelProto.Builder model = proto.toBuilder().setGraph(changed);
        if (proto.getOpsetImportList().stream()
                .noneMatch(imported -> imported.getDomain().equals(GraphBuilder.MICROSOFT))) {
            model.addOpsetImportBuilder().setDomain(GraphBuilder.MICROSOFT).setVersion(1);
        }
        return new Result(new OnnxModel(model.build()), products);
    }

    /** What a node reads, by name, and the nodes of its subgraphs, which see the outer graph's values. */
    private static void collectInputs(NodeProto node, Set<String> names) {
        names.addAll(node.getInputList());
        for (AttributeProto attribute : node.getAttributeList()) {
            Stream.concat(attribute.getGraphsList().stream(), Stream.of(attribute.getG()))
                    .flatMap(graph -> graph.getNodeList().stream())
                    .forEach(inner -> collectInputs(inner, names));
        }
    }

    /** The constant matrix [in, out] that a node multiplies by; null if it is no such product. */
    private TensorProto matrix(NodeProto node) {
        if (!node.getOpType().equals("MatMul")
                || !OnnxModel.domain(node.getDomain()).isEmpty()) {
            return null;
        }
        TensorProto matrix = weights.get(node.getInput(1));
        boolean fits = matrix != null
                && matrix.getDataType() == ElementType.FLOAT.number()
                && matrix.getDimsCount() == 2
                && matrix.getDimsList().stream().allMatch(side -> side >= SMALLEST_SIDE);
        return fits ? matrix : null;
    }

    private void replace(NodeProto product, TensorProto matrix) {
        long in = matrix.getDims(0);
        Quantised factor = quantised.computeIfAbsent(product.getInput(0), name -> quantiseRows(name, in));
        String columns = PREFIX + "weights/" + matrix.getName();
        if (replacedWeights.add(matrix.getName())) {
            quantiseColumns(matrix, columns);
        }
        String unscaled = PREFIX + product.getOutput(0) + "/unscaled";
        nodes.add(node(
                        "MatMulIntegerToFloat",
                        unscaled,
                        factor.integers,
                        columns,
                        one(),
                        columns + "/scale",
                        zeroPoint("zero-point"))
                .setDomain(GraphBuilder.MICROSOFT)
                .build());
        nodes.add(node("Mul", product.getOutput(0), unscaled, factor.scale).build());
        products++;
    }

    /** Nodes that bring the rows of x to integers around 128, by their own largest number. */
    private Quantised quantiseRows(String x, long width) {
        String name = PREFIX + x;
        nodes.add(node("Abs", name + "/abs", x).build());
        NodeProto.Builder largest = node("ReduceMax", name + "/largest", name + "/abs");
        if (opset >= AXES_ARE_INPUTS) {
            largest.addInput(longs("last-axis", -1));
        } else {
            largest.addAttribute(AttributeProto.newBuilder()
                    .setName("axes")
                    .setType(AttributeProto.AttributeType.INTS)
                    .addInts(-1));
        }
        nodes.add(largest.build());
        // A row of zeros must not be divided by zero.
        nodes.add(node("Max", name + "/above-zero", name + "/largest", scalar("tiny", 1e-20f))
                .build());
        nodes.add(node("Mul", name + "/scale", name + "/above-zero", scalar("step", 1f / LARGEST))
                .build());
        nodes.add(node("Reshape", name + "/scales", name + "/scale", longs("flat", -1))
                .build());
        nodes.add(node("Shape", name + "/rows", name + "/scales").build());
        nodes.add(node("Expand", name + "/zero-points", zeroPoint("zero-points", 1), name + "/rows")
                .build());
        nodes.add(node("Reshape", name + "/matrix", x, longs("rows-of-" + width, -1, width))
                .build());
        nodes.add(node("QuantizeLinear", name + "/flat", name + "/matrix", name + "/scales", name + "/zero-points")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("axis")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(0))
                .build());
        nodes.add(node("Shape", name + "/shape", x).build());
        nodes.add(node("Reshape", name + "/integers", name + "/flat", name + "/shape")
                .build());
        return new Quantised(name + "/integers", name + "/scale");
    }

    private void quantiseColumns(TensorProto matrix, String name) {
        int in = Math.toIntExact(matrix.getDims(0));
        int out = Math.toIntExact(matrix.getDims(1));
        float[] values = FloatTensor.values(matrix);
        float[] scales = new float[out];
        for (int i = 0; i < values.length; i++) {
            scales[i % out] = Math.max(scales[i % out], Math.abs(values[i]) / LARGEST_WEIGHT);
        }
        byte[] integers = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            float scale = scales[i % out];
            integers[i] = scale == 0 ? 0 : (byte) Math.round(values[i] / scale);
        }
        tensor(name, ElementType.INT8, ByteBuffer.wrap(integers), in, out);
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * out).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(scales);
        tensor(name + "/scale", ElementType.FLOAT, bytes, out);
    }

    private static NodeProto.Builder node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addOutput(output)
                .addAllInput(Stream.of(inputs).toList());
    }

    private String one() {
        return scalar("one", 1);
    }

    private String scalar(String name, float value) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return tensor(PREFIX + "constant/" + name, ElementType.FLOAT, bytes.putFloat(0, value));
    }

    private String zeroPoint(String name, long... dimensions) {
        return tensor(
                PREFIX + "constant/" + name, ElementType.UINT8, ByteBuffer.wrap(new byte[] {ZERO_POINT}), dimensions);
    }

    private String longs(String name, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return tensor(PREFIX + "constant/" + name, ElementType.INT64, bytes, values.length);
    }

    private String tensor(String name, ElementType element, ByteBuffer bytes, long... dimensions) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(element.number())
                .setRawData(ByteString.copyFrom(bytes.rewind()));
        for (long dimension : dimensions) {
            tensor.addDims(dimension);
        }
        added.putIfAbsent(name, tensor.build());
        return name;
    }
}
