package dev.semantica.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The type of a graph's input or output.
 *
 * @param element what it holds
 * @param shape its shape
 */
public record TensorType(ElementType element, Shape shape) {

    /** Refuses null. */
    public TensorType {
        Objects.requireNonNull(element, "element");
        Objects.requireNonNull(shape, "shape");
    }

    ValueInfoProto declare(String name) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (Shape.Dimension dimension : shape.dimensions()) {
            TensorShapeProto.Dimension.Builder written = dimensions.addDimBuilder();
            if (dimension.size() >= 0) {
                written.setDimValue(dimension.size());
            } else if (!dimension.name().isEmpty()) {
                written.setDimParam(dimension.name());
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(element.number())
                                .setShape(dimensions)))
                .build();
    }

    static TensorType read(ValueInfoProto value) throws OnnxFormatException {
        TypeProto.Tensor tensor = value.getType().getTensorType();
        ElementType element = ElementType.byNumber(tensor.getElemType())
                .orElseThrow(() -> new OnnxFormatException("'" + value.getName()
                        + "' is no tensor of a type that is known here (ONNX type " + tensor.getElemType() + ")"));
        List<Shape.Dimension> dimensions = new ArrayList<>();
        for (TensorShapeProto.Dimension read : tensor.getShape().getDimList()) {
            if (read.hasDimValue() && read.getDimValue() >= 0) {
                dimensions.add(new Shape.Dimension("", read.getDimValue()));
            } else {
                dimensions.add(new Shape.Dimension(read.getDimParam(), -1));
            }
        }
        return new TensorType(element, new Shape(dimensions));
    }
}
