package dev.semantica.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a model in ONNX Runtime. */
final class Runs {

    private Runs() {}

    /** A tensor of floats. */
    record Tensor(List<Long> shape, List<Float> values) {

        static Tensor of(List<Long> shape, float... values) {
            List<Float> boxed = new ArrayList<>();
            for (float value : values) {
                boxed.add(value);
            }
            return new Tensor(shape, boxed);
        }

        OnnxTensor create(OrtEnvironment environment) throws OrtException {
            FloatBuffer buffer = FloatBuffer.allocate(values.size());
            values.forEach(buffer::put);
            return OnnxTensor.createTensor(
                    environment,
                    buffer.flip(),
                    shape.stream().mapToLong(Long::longValue).toArray());
        }
    }

    static float[] run(OnnxModel model, Map<String, Tensor> inputs, String output) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> fed = new HashMap<>();
        try (OrtSession session = environment.createSession(model.bytes(), new OrtSession.SessionOptions())) {
            for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
                fed.put(input.getKey(), input.getValue().create(environment));
            }
            try (OrtSession.Result result = session.run(fed)) {
                FloatBuffer buffer = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                return values;
            }
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
    }
}
