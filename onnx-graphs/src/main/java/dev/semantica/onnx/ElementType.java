package dev.semantica.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Optional;
import java.util.stream.Stream;

/** What a tensor holds: the types that the project's graphs use. */
public enum ElementType {
    /** 32-bit float. */
    FLOAT(TensorProto.DataType.FLOAT, 4),
    /** 16-bit float, IEEE 754. */
    FLOAT16(TensorProto.DataType.FLOAT16, 2),
    /** 64-bit float. */
    DOUBLE(TensorProto.DataType.DOUBLE, 8),
    /** Signed byte. */
    INT8(TensorProto.DataType.INT8, 1),
    /** Unsigned byte. */
    UINT8(TensorProto.DataType.UINT8, 1),
    /** 32-bit integer. */
    INT32(TensorProto.DataType.INT32, 4),
    /** 64-bit integer: shapes, axes and indices. */
    INT64(TensorProto.DataType.INT64, 8),
    /** Truth value, a byte. */
    BOOL(TensorProto.DataType.BOOL, 1);

    private final TensorProto.DataType type;
    private final int bytes;

    ElementType(TensorProto.DataType type, int bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Its number in the format, as the attribute "to" of a Cast has it. */
    public int number() {
        return type.getNumber();
    }

    static Optional<ElementType> byNumber(int number) {
        return Stream.of(values()).filter(type -> type.number() == number).findFirst();
    }
}
