package dev.semantica.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A model's graph with its names changed, so that it fits into another. */
final class Graft {

    private final GraphProto graph;
    private final String prefix;
    private final Map<String, String> bound = new HashMap<>();

    Graft(GraphProto graph, String prefix, Map<String, Value> inputs) {
        this.graph = graph;
        this.prefix = prefix;
        TreeSet<String> wanted = new TreeSet<>();
        TreeSet<String> declared = new TreeSet<>();
        graph.getInputList().stream().map(ValueInfoProto::getName).forEach(declared::add);
        wanted.addAll(declared);
        graph.getInitializerList().stream().map(TensorProto::getName).forEach(wanted::remove);
        if (!inputs.keySet().containsAll(wanted) || !declared.containsAll(inputs.keySet())) {
            throw new IllegalArgumentException("The model to graft has the inputs " + wanted + ", but was given "
                    + new TreeSet<>(inputs.keySet()));
        }
        inputs.forEach((name, value) -> bound.put(name, value.name()));
    }

    /** Those that no given input replaces. */
    List<TensorProto> initialisers() {
        return graph.getInitializerList().stream()
                .filter(tensor -> !bound.containsKey(tensor.getName()))
                .map(tensor ->
                        tensor.toBuilder().setName(rename(tensor.getName())).build())
                .toList();
    }

    List<SparseTensorProto> sparseInitialisers() {
        return graph.getSparseInitializerList().stream().map(this::rename).toList();
    }

    List<NodeProto> nodes() {
        return graph.getNodeList().stream().map(this::rename).toList();
    }

    Map<String, Value> outputs() {
        Map<String, Value> outputs = new LinkedHashMap<>();
        for (ValueInfoProto output : graph.getOutputList()) {
            outputs.put(output.getName(), new Value(rename(output.getName())));
        }
        return outputs;
    }

    /** An empty name stands for an input or output that is left out. */
    private String rename(String name) {
        return name.isEmpty() ? name : bound.getOrDefault(name, prefix + name);
    }

    private NodeProto rename(NodeProto node) {
        NodeProto.Builder renamed = node.toBuilder().clearInput().clearOutput().clearAttribute();
        if (!node.getName().isEmpty()) {
            renamed.setName(prefix + node.getName());
        }
        node.getInputList().forEach(name -> renamed.addInput(rename(name)));
        node.getOutputList().forEach(name -> renamed.addOutput(rename(name)));
        node.getAttributeList().forEach(attribute -> renamed.addAttribute(rename(attribute)));
        return renamed.build();
    }

    private AttributeProto rename(AttributeProto attribute) {
        if (!attribute.hasG() && attribute.getGraphsCount() == 0) {
            return attribute;
        }
        AttributeProto.Builder renamed = attribute.toBuilder().clearGraphs();
        if (attribute.hasG()) {
            renamed.setG(rename(attribute.getG()));
        }
        attribute.getGraphsList().forEach(graph -> renamed.addGraphs(rename(graph)));
        return renamed.build();
    }

    /** A nested graph sees the names around it, so its own change in the same way. */
    private GraphProto rename(GraphProto nested) {
        GraphProto.Builder renamed = nested.toBuilder()
                .clearNode()
                .clearInitializer()
                .clearSparseInitializer()
                .clearInput()
                .clearOutput()
                .clearValueInfo()
                .clearQuantizationAnnotation();
        nested.getNodeList().forEach(node -> renamed.addNode(rename(node)));
        nested.getInitializerList()
                .forEach(tensor -> renamed.addInitializer(tensor.toBuilder().setName(rename(tensor.getName()))));
        nested.getSparseInitializerList().forEach(tensor -> renamed.addSparseInitializer(rename(tensor)));
        nested.getInputList()
                .forEach(input -> renamed.addInput(input.toBuilder().setName(rename(input.getName()))));
        nested.getOutputList()
                .forEach(output -> renamed.addOutput(output.toBuilder().setName(rename(output.getName()))));
        return renamed.build();
    }

    private SparseTensorProto rename(SparseTensorProto tensor) {
        return tensor.toBuilder()
                .setValues(tensor.getValues().toBuilder()
                        .setName(rename(tensor.getValues().getName())))
                .build();
    }
}
