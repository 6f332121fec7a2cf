package dev.semantica.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An ONNX model: read from a file, or written by a {@link GraphBuilder}. Immutable. {@link GraphBuilder#graft} puts one
 * into another graph.
 */
public final class OnnxModel {

    /** What protobuf allows a message. */
    private static final long MAX_BYTES = Integer.MAX_VALUE;

    private final ModelProto proto;

    OnnxModel(ModelProto proto) {
        this.proto = proto;
    }

    /**
     * Reads a model; weights that it keeps in other files stay there.
     *
     * @throws OnnxFormatException if it is none
     * @throws IOException if the file cannot be read
     */
    public static OnnxModel read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new OnnxFormatException(file + " is larger than the 2 GB that an ONNX file may have;"
                    + " export it with its weights in a file of their own");
        }
        try {
            // The bytes are nobody else's, so the weights stay views of them: a large model is in memory once.
            CodedInputStream stream = CodedInputStream.newInstance(Files.readAllBytes(file));
            stream.enableAliasing(true);
            return parse(stream);
        } catch (OnnxFormatException e) {
            throw new OnnxFormatException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a model from its bytes.
     *
     * @throws OnnxFormatException if it is none
     */
    public static OnnxModel parse(byte[] bytes) throws OnnxFormatException {
        return parse(CodedInputStream.newInstance(bytes));
    }

    private static OnnxModel parse(CodedInputStream stream) throws OnnxFormatException {
        ModelProto proto;
        try {
            proto = ModelProto.parseFrom(stream);
        } catch (IOException e) {
            throw new OnnxFormatException("not an ONNX model: " + e.getMessage(), e);
        }
        if (!proto.hasGraph() || proto.getOpsetImportCount() == 0) {
            throw new OnnxFormatException("not an ONNX model: it has no graph or imports no operators");
        }
        return new OnnxModel(proto);
    }

    /** Inputs that a caller has to give, in order; older models list their initialisers as inputs too, these are left out. */
    public Map<String, TensorType> inputs() throws OnnxFormatException {
        Set<String> initialised = proto.getGraph().getInitializerList().stream()
                .map(TensorProto::getName)
                .collect(Collectors.toSet());
        return types(proto.getGraph().getInputList().stream()
                .filter(input -> !initialised.contains(input.getName()))
                .toList());
    }

    /** Outputs, in order. */
    public Map<String, TensorType> outputs() throws OnnxFormatException {
        return types(proto.getGraph().getOutputList());
    }

    private static Map<String, TensorType> types(List<ValueInfoProto> values) throws OnnxFormatException {
        Map<String, TensorType> types = new LinkedHashMap<>();
        for (ValueInfoProto value : values) {
            types.put(value.getName(), TensorType.read(value));
        }
        return types;
    }

    /** Versions of the operator sets by domain; the empty domain is ONNX's own. */
    public Map<String, Long> opsets() {
        Map<String, Long> opsets = new LinkedHashMap<>();
        for (OperatorSetIdProto opset : proto.getOpsetImportList()) {
            opsets.put(domain(opset.getDomain()), opset.getVersion());
        }
        return opsets;
    }

    /** ONNX's own domain has two spellings. */
    static String domain(String domain) {
        return domain.equals("ai.onnx") ? "" : domain;
    }

    /** The model's properties. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (StringStringEntryProto entry : proto.getMetadataPropsList()) {
            metadata.put(entry.getKey(), entry.getValue());
        }
        return metadata;
    }

    /** How often each operator occurs, subgraphs left out: which fused ones a graph has. */
    public Map<String, Long> operators() {
        return graph().getNodeList().stream()
                .collect(Collectors.groupingBy(NodeProto::getOpType, Collectors.counting()));
    }

    /** Whether some initialiser's numbers lie in another file, which {@link #bytes()} does not hold. */
    public boolean hasExternalData() {
        return graph().getInitializerList().stream()
                .anyMatch(tensor -> tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL);
    }

    /**
     * Every place outside of the model where numbers of it lie.
     *
     * @throws OnnxFormatException if a reference is malformed
     */
    public List<ExternalData> externalData() throws OnnxFormatException {
        return ExternalData.of(proto);
    }

    /**
     * The numbers of every initialiser of 32-bit floats that lies in the model itself, by name; what lies in other files or
     * is of another type is left out.
     *
     * @throws OnnxFormatException if one has other numbers than its shape wants
     */
    public Map<String, FloatTensor> floats() throws OnnxFormatException {
        Map<String, FloatTensor> floats = new LinkedHashMap<>();
        for (TensorProto tensor : graph().getInitializerList()) {
            if (tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()
                    && tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL) {
                floats.put(tensor.getName(), FloatTensor.read(tensor));
            }
        }
        return floats;
    }

    GraphProto graph() {
        return proto.getGraph();
    }

    ModelProto proto() {
        return proto;
    }

    /** The file's bytes; the same model gives the same. */
    public byte[] bytes() {
        return proto.toByteArray();
    }

    /** Writes the file; replaces one that exists. */
    public void write(Path file) throws IOException {
        try (OutputStream stream = Files.newOutputStream(file)) {
            proto.writeTo(stream);
        }
    }
}
