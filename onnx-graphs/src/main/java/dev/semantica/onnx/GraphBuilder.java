package dev.semantica.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
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
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Writes an ONNX model node by node.
 *
 * <pre>{@code
 * GraphBuilder graph = new GraphBuilder("double");
 * Value x = graph.input("x", ElementType.FLOAT, Shape.leading("rows", 4));
 * Value y = graph.node("Mul", x, graph.scalar(2)).output();
 * graph.output("y", y, ElementType.FLOAT, Shape.leading("rows", 4));
 * graph.build().write(file);
 * }</pre>
 *
 * <p>Nodes must be added in an order in which they can run. The same calls give the same bytes. Not for several threads.
 */
public final class GraphBuilder {

    /** ONNX's operator set that graphs are written for unless told otherwise; with Gelu and GroupNormalization. */
    public static final long OPSET = 21;
    /** The domain of ONNX Runtime's own operators, fused attention among them. */
    public static final String MICROSOFT = "com.microsoft";

    /** The version of the file format that goes with {@link #OPSET}. */
    private static final long IR_VERSION = 10;

    /** From this version of the format on, initialisers need not be listed as inputs. */
    private static final long FREE_INITIALISERS = 4;

    private final GraphBuilder outer;
    private final Imports imports;
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Set<String> known = new HashSet<>();
    private final Map<String, TensorProto> initialisers = new LinkedHashMap<>();
    private final Map<String, String> metadata = new TreeMap<>();

    /** What the graph and its subgraphs share. */
    private static final class Imports {
        private long irVersion = IR_VERSION;
        private final Map<String, Long> opsets = new TreeMap<>();
        private final Map<String, FunctionProto> functions = new LinkedHashMap<>();
        private final Map<String, Integer> counts = new HashMap<>();
        private final Set<String> names = new HashSet<>();
    }

    /** Starts an empty graph. */
    public GraphBuilder(String name) {
        this(name, OPSET);
    }

    /** Starts an empty graph over that version of ONNX's operators. */
    public GraphBuilder(String name, long opset) {
        this(name, null, new Imports());
        imports.opsets.put("", opset);
    }

    /** Starts an empty graph over the operator sets of a model that is to be grafted. */
    public static GraphBuilder matching(String name, OnnxModel model) {
        GraphBuilder builder = new GraphBuilder(name);
        builder.imports.opsets.putAll(model.opsets());
        builder.imports.irVersion = Math.max(model.proto().getIrVersion(), FREE_INITIALISERS);
        return builder;
    }

    private GraphBuilder(String name, GraphBuilder outer, Imports imports) {
        this.outer = outer;
        this.imports = imports;
        graph.setName(name);
    }

    /** Starts a graph for an attribute of a node, such as a loop's body; it sees the values of this one. */
    public GraphBuilder subgraph(String name) {
        return new GraphBuilder(name, this, imports);
    }

    /** Which version of a domain's operators is used; 0 if none. */
    public long opset(String domain) {
        return imports.opsets.getOrDefault(OnnxModel.domain(domain), 0L);
    }

    /** Declares an input. */
    public Value input(String name, ElementType element, Shape shape) {
        Value value = define(name);
        graph.addInput(new TensorType(element, shape).declare(name));
        return value;
    }

    /**
     * Declares an output: a value of this graph under a name of its own.
     *
     * @throws IllegalArgumentException if the name is in use for another value
     */
    public void output(String name, Value value, ElementType element, Shape shape) {
        require(value);
        if (!value.name().equals(name)) {
            define(name);
            graph.addNode(NodeProto.newBuilder()
                    .setName(count("Output"))
                    .setOpType("Identity")
                    .addInput(value.name())
                    .addOutput(name));
        }
        graph.addOutput(new TensorType(element, shape).declare(name));
    }

    /** An initialiser of floats; the same name again, with the same numbers, is the same value. */
    public Value floats(String name, long[] shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return initialiser(name, ElementType.FLOAT, shape, bytes);
    }

    /** A constant float without dimensions. */
    public Value scalar(float value) {
        return floats("constant." + value, new long[0], value);
    }

    /** A constant list of 64-bit integers: a shape, axes or indices. */
    public Value longs(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        String name = "longs."
                + String.join(
                        "_", LongStream.of(values).mapToObj(Long::toString).toList());
        return initialiser(name, ElementType.INT64, new long[] {values.length}, bytes);
    }

    /**
     * An initialiser; the same name again, with the same numbers, is the same value.
     *
     * @param name its name
     * @param element its type
     * @param shape its shape; empty for a scalar
     * @param raw its elements, little-endian, from the buffer's position 0 to its limit
     * @throws IllegalArgumentException if the bytes do not fill the shape, or the name is in use for something else
     */
    public Value initialiser(String name, ElementType element, long[] shape, ByteBuffer raw) {
        long wanted = LongStream.of(shape).reduce(element.bytes(), Math::multiplyExact);
        if (raw.limit() != wanted) {
            throw new IllegalArgumentException("Initialiser " + name + " of shape " + Shape.of(shape) + " needs "
                    + wanted + " bytes, but has " + raw.limit());
        }
        TensorProto tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(element.number())
                .addAllDims(LongStream.of(shape).boxed().toList())
                .setRawData(ByteString.copyFrom(raw.duplicate().position(0)))
                .build();
        TensorProto present = initialisers.get(name);
        if (present == null) {
            define(name);
            initialisers.put(name, tensor);
        } else if (!present.equals(tensor)) {
            throw new IllegalArgumentException("Two initialisers are called " + name + " and differ");
        }
        return new Value(name);
    }

    /** Starts a node of ONNX's own operators. */
    public NodeBuilder node(String operator, Value... inputs) {
        return nodeOf("", operator, inputs);
    }

    /** Starts a node of ONNX Runtime's operators, for example MultiHeadAttention. */
    public NodeBuilder microsoft(String operator, Value... inputs) {
        imports.opsets.putIfAbsent(MICROSOFT, 1L);
        return nodeOf(MICROSOFT, operator, inputs);
    }

    private NodeBuilder nodeOf(String domain, String operator, Value... inputs) {
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setDomain(domain);
        for (Value input : inputs) {
            require(input);
            node.addInput(input.name());
        }
        return new NodeBuilder(this, node);
    }

    List<Value> add(NodeProto.Builder node, int outputs) {
        String name = count(node.getOpType());
        node.setName(name);
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            Value value = define(outputs == 1 ? name : name + "." + i);
            node.addOutput(value.name());
            values.add(value);
        }
        graph.addNode(node);
        return values;
    }

    /**
     * Puts another model's nodes and weights into this graph, its inputs bound to values that are here already. So a
     * graph is extended: declare inputs, graft the model, add nodes after its outputs, declare outputs.
     *
     * @param model what is grafted; its metadata is left behind
     * @param prefix goes before every name of it, for example {@code "denoiser/"}
     * @param inputs a value of this graph for every input of it
     * @return its outputs, by their names in the model
     * @throws IllegalArgumentException if inputs are missing or unknown, or the model uses another version of an
     *     operator set ({@link #matching} starts a graph that fits)
     */
    public Map<String, Value> graft(OnnxModel model, String prefix, Map<String, Value> inputs) {
        inputs.values().forEach(this::require);
        model.opsets().forEach((domain, version) -> {
            Long present = imports.opsets.putIfAbsent(domain, version);
            if (present != null && !present.equals(version)) {
                throw new IllegalArgumentException("The model to graft uses version " + version + " of the operators '"
                        + domain + "', the graph version " + present + "; start it with GraphBuilder.matching");
            }
        });
        for (FunctionProto function : model.proto().getFunctionsList()) {
            FunctionProto present =
                    imports.functions.putIfAbsent(function.getDomain() + ":" + function.getName(), function);
            if (present != null && !present.equals(function)) {
                throw new IllegalArgumentException("Two grafted models define the function " + function.getName());
            }
        }
        imports.irVersion = Math.max(imports.irVersion, model.proto().getIrVersion());
        Graft graft = new Graft(model.graph(), prefix, inputs);
        graft.initialisers().forEach(tensor -> {
            define(tensor.getName());
            initialisers.put(tensor.getName(), tensor);
        });
        graft.sparseInitialisers().forEach(tensor -> {
            define(tensor.getValues().getName());
            graph.addSparseInitializer(tensor);
        });
        for (NodeProto node : graft.nodes()) {
            node.getOutputList().stream().filter(name -> !name.isEmpty()).forEach(this::define);
            graph.addNode(node);
        }
        return graft.outputs();
    }

    /** Adds a property of the model. */
    public void metadata(String key, String value) {
        metadata.put(key, value);
    }

    /**
     * The model.
     *
     * @throws IllegalStateException if the graph has no output
     */
    public OnnxModel build() {
        if (graph.getOutputCount() == 0) {
            throw new IllegalStateException("Graph " + graph.getName() + " has no output");
        }
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(imports.irVersion)
                .setProducerName("semantica")
                .setGraph(toGraph())
                .addAllFunctions(imports.functions.values());
        imports.opsets.forEach((domain, version) ->
                model.addOpsetImportBuilder().setDomain(domain).setVersion(version));
        metadata.forEach(
                (key, value) -> model.addMetadataPropsBuilder().setKey(key).setValue(value));
        return new OnnxModel(model.build());
    }

    GraphProto toGraph() {
        return graph.clone().addAllInitializer(initialisers.values()).build();
    }

    private String count(String operator) {
        return operator + "_" + imports.counts.merge(operator, 1, Integer::sum);
    }

    /** Names are unique over a graph and all its subgraphs, as ONNX asks of nested ones. */
    private Value define(String name) {
        if (name.isEmpty() || !imports.names.add(name)) {
            throw new IllegalArgumentException("The graph has a value called '" + name + "' already; names are unique");
        }
        known.add(name);
        return new Value(name);
    }

    private void require(Value value) {
        for (GraphBuilder scope = this; scope != null; scope = scope.outer) {
            if (value.equals(Value.NONE) || scope.known.contains(value.name())) {
                return;
            }
        }
        throw new IllegalArgumentException("The graph has no value called '" + value.name() + "'");
    }
}
