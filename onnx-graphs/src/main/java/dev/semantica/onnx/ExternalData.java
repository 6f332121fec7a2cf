package dev.semantica.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where a tensor's numbers lie if they are not in the model itself. What a file says, unchecked: the location of a
 * hostile model may point anywhere.
 *
 * @param location path relative to the model's file
 * @param offset first byte
 * @param length number of bytes; −1: up to the file's end
 */
public record ExternalData(String location, long offset, long length) {

    /** Refuses null. */
    public ExternalData {
        Objects.requireNonNull(location, "location");
    }

    /** Every reference of a model: of initialisers, of constants in nodes, of nested graphs and of functions. */
    static List<ExternalData> of(ModelProto model) throws OnnxFormatException {
        List<ExternalData> found = new ArrayList<>();
        collect(model.getGraph(), found);
        for (var function : model.getFunctionsList()) {
            collect(function.getNodeList(), found);
        }
        return found;
    }

    private static void collect(GraphProto graph, List<ExternalData> found) throws OnnxFormatException {
        for (TensorProto tensor : graph.getInitializerList()) {
            collect(tensor, found);
        }
        for (SparseTensorProto tensor : graph.getSparseInitializerList()) {
            collect(tensor, found);
        }
        collect(graph.getNodeList(), found);
    }

    private static void collect(List<NodeProto> nodes, List<ExternalData> found) throws OnnxFormatException {
        for (NodeProto node : nodes) {
            for (AttributeProto attribute : node.getAttributeList()) {
                collect(attribute, found);
            }
        }
    }

    private static void collect(AttributeProto attribute, List<ExternalData> found) throws OnnxFormatException {
        if (attribute.hasT()) {
            collect(attribute.getT(), found);
        }
        for (TensorProto tensor : attribute.getTensorsList()) {
            collect(tensor, found);
        }
        if (attribute.hasSparseTensor()) {
            collect(attribute.getSparseTensor(), found);
        }
        for (SparseTensorProto tensor : attribute.getSparseTensorsList()) {
            collect(tensor, found);
        }
        if (attribute.hasG()) {
            collect(attribute.getG(), found);
        }
        for (GraphProto graph : attribute.getGraphsList()) {
            collect(graph, found);
        }
    }

    private static void collect(SparseTensorProto tensor, List<ExternalData> found) throws OnnxFormatException {
        collect(tensor.getValues(), found);
        collect(tensor.getIndices(), found);
    }

    private static void collect(TensorProto tensor, List<ExternalData> found) throws OnnxFormatException {
        // A reader may follow the reference whatever the location's flag says, so it counts in any case.
        if (tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL && tensor.getExternalDataCount() == 0) {
            return;
        }
        String location = "";
        long offset = 0;
        long length = -1;
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            switch (entry.getKey()) {
                case "location" -> location = entry.getValue();
                case "offset" -> offset = number(tensor, entry);
                case "length" -> length = number(tensor, entry);
                default -> {
                    // Checksums and hints; the bundle has its own digests.
                }
            }
        }
        found.add(new ExternalData(location, offset, length));
    }

    private static long number(TensorProto tensor, StringStringEntryProto entry) throws OnnxFormatException {
        try {
            long value = Long.parseLong(entry.getValue());
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Named below, like a negative one.
        }
        throw new OnnxFormatException("the " + entry.getKey() + " of the external data of '" + tensor.getName()
                + "' is no number from 0: '" + entry.getValue() + "'");
    }
}
