package dev.semantica.training.export;

import ai.djl.ndarray.NDArray;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.semantica.onnx.OnnxModel;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/** Compares a written graph, run by ONNX Runtime on the CPU, with what the network computed. */
final class Parity {

    /** Largest difference that passes, in units of the largest expected value where that is above 1. */
    static final double TOLERANCE = 1e-4;

    private Parity() {}

    /**
     * Runs the graph on the inputs.
     *
     * @param name what the graph is called in a message
     * @return the largest difference found, in the tolerance's unit
     * @throws ExportException if an output differs by more than the tolerance, has another shape, or does not exist
     */
    static double check(String name, OnnxModel model, Map<String, NDArray> inputs, Map<String, NDArray> expected)
            throws ExportException {
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "semantica");
        Map<String, OnnxTensor> fed = new HashMap<>();
        double largest = 0;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(model.bytes(), options)) {
                for (Map.Entry<String, NDArray> input : inputs.entrySet()) {
                    FloatBuffer values = FloatBuffer.wrap(input.getValue().toFloatArray());
                    long[] shape = input.getValue().getShape().getShape();
                    fed.put(input.getKey(), OnnxTensor.createTensor(environment, values, shape));
                }
                try (OrtSession.Result result = session.run(fed)) {
                    for (Map.Entry<String, NDArray> output : expected.entrySet()) {
                        String where = name + ", output " + output.getKey();
                        OnnxTensor found = (OnnxTensor) result.get(output.getKey())
                                .orElseThrow(() -> new ExportException(where + " does not exist in the graph"));
                        largest = Math.max(largest, compare(where, output.getValue(), found));
                    }
                }
            }
        } catch (OrtException e) {
            throw new ExportException("The written graph " + name + " cannot be run: " + e.getMessage(), e);
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
        return largest;
    }

    private static double compare(String where, NDArray expected, OnnxTensor found) throws ExportException {
        float[] wanted = expected.toFloatArray();
        FloatBuffer values = found.getFloatBuffer();
        if (values.remaining() != wanted.length) {
            throw new ExportException(
                    where + " has " + values.remaining() + " values where the network has " + wanted.length);
        }
        double difference = 0;
        double magnitude = 1;
        for (float value : wanted) {
            double apart = Math.abs(value - values.get());
            // A comparison would let a value through that is not a number.
            difference = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : Math.max(difference, apart);
            magnitude = Math.max(magnitude, Math.abs(value));
        }
        if (!(difference / magnitude <= TOLERANCE)) {
            throw new ExportException(where + " differs from the network by " + difference
                    + " where values go up to " + magnitude + "; at most " + TOLERANCE
                    + " of that may be. The graph that"
                    + " was written does not compute what was trained: do not use it, and report this");
        }
        return difference / magnitude;
    }
}
