package dev.semantica.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Numbers of an initialiser.
 *
 * @param shape its dimensions; empty for a scalar
 * @param values its numbers, the last dimension running fastest
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on to arrays; never compared.
public record FloatTensor(List<Long> shape, float[] values) {

    static FloatTensor read(TensorProto tensor) throws OnnxFormatException {
        float[] values = values(tensor);
        long wanted = tensor.getDimsList().stream().reduce(1L, (product, size) -> product * size);
        if (wanted != values.length) {
            throw new OnnxFormatException("initialiser " + tensor.getName() + " of shape " + tensor.getDimsList()
                    + " has " + values.length + " numbers");
        }
        return new FloatTensor(List.copyOf(tensor.getDimsList()), values);
    }

    /** A tensor's floats, in whichever of the two ways it holds them. */
    static float[] values(TensorProto tensor) {
        if (!tensor.hasRawData()) {
            float[] values = new float[tensor.getFloatDataCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.getFloatData(i);
            }
            return values;
        }
        float[] values = new float[tensor.getRawData().size() / Float.BYTES];
        tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
