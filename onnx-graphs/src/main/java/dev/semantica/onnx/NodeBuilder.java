package dev.semantica.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A node in the making: attributes, then {@link #output()} or {@link #outputs}, which put it into the graph.
 *
 * <pre>{@code
 * Value y = graph.node("Conv", x, weight, bias).setList("pads", 1, 1, 1, 1).output();
 * }</pre>
 */
public final class NodeBuilder {

    private final GraphBuilder graph;
    private final NodeProto.Builder node;

    NodeBuilder(GraphBuilder graph, NodeProto.Builder node) {
        this.graph = graph;
        this.node = node;
    }

    /** Sets an integer attribute; ONNX's flags are integers too. */
    public NodeBuilder set(String name, long value) {
        return add(attribute(name, AttributeProto.AttributeType.INT).setI(value));
    }

    /** Sets an attribute that is a list of integers, such as pads or axes. */
    public NodeBuilder setList(String name, long... values) {
        return add(attribute(name, AttributeProto.AttributeType.INTS)
                .addAllInts(LongStream.of(values).boxed().toList()));
    }

    /** Sets an attribute that is a float. */
    public NodeBuilder set(String name, float value) {
        return add(attribute(name, AttributeProto.AttributeType.FLOAT).setF(value));
    }

    /** Sets an attribute that is a string. */
    public NodeBuilder set(String name, String value) {
        return add(attribute(name, AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(value)));
    }

    /** Sets an attribute that is a graph, such as the body of a loop. */
    public NodeBuilder set(String name, GraphBuilder value) {
        return add(attribute(name, AttributeProto.AttributeType.GRAPH).setG(value.toGraph()));
    }

    /** Puts the node into the graph and returns what it puts out. */
    public Value output() {
        return outputs(1).get(0);
    }

    /** Puts the node into the graph and returns its first outputs, that many. */
    public List<Value> outputs(int count) {
        return graph.add(node, count);
    }

    private NodeBuilder add(AttributeProto.Builder attribute) {
        node.addAttribute(attribute);
        return this;
    }

    private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }
}
