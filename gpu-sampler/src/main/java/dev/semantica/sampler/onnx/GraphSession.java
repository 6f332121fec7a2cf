package dev.semantica.sampler.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.semantica.sampler.engine.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One graph of a bundle. Tensors lie in direct buffers that are kept for every number of rows seen, so that a call
 * allocates nothing; outputs are written in place.
 */
final class GraphSession implements AutoCloseable {

    private final String role;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Map<String, Port> inputs;
    private final Map<String, Port> outputs;
    private final Map<Integer, Frame> frames = new HashMap<>();

    /**
     * One end of the graph.
     *
     * @param name its name in the graph
     * @param shape its shape without the leading rows
     */
    record Port(String name, List<Integer> shape) {
        int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    GraphSession(
            String role,
            OrtEnvironment environment,
            OrtSession session,
            Map<String, Port> inputs,
            Map<String, Port> outputs) {
        this.role = role;
        this.environment = environment;
        this.session = session;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /** Compares names, types and shapes with what the manifest needs; every difference is a problem. */
    List<String> check(Path file) throws OrtException {
        List<String> problems = new ArrayList<>();
        compare(file, "input", inputs, session.getInputInfo(), problems);
        compare(file, "output", outputs, session.getOutputInfo(), problems);
        List<String> wanted = inputs.values().stream().map(Port::name).toList();
        session.getInputNames().stream()
                .filter(name -> !wanted.contains(name))
                .forEach(name -> problems.add(
                        file + " (" + role + ") has an input '" + name + "' that bundle.json does not name"));
        return problems;
    }

    private void compare(
            Path file, String side, Map<String, Port> ports, Map<String, NodeInfo> found, List<String> problems) {
        ports.forEach((key, port) -> {
            String where = file + " (" + role + ") " + side + " '" + port.name() + "'";
            NodeInfo node = found.get(port.name());
            if (node == null) {
                problems.add(where + ", the " + key + ", does not exist; the graph has " + found.keySet());
            } else if (!(node.getInfo() instanceof TensorInfo info) || info.type != OnnxJavaType.FLOAT) {
                problems.add(where + ": expected a tensor of 32-bit floats, found " + node.getInfo());
            } else if (!fits(info.getShape(), port.shape())) {
                problems.add(where + ": expected shape [rows, " + join(port.shape()) + "] with dynamic rows, found "
                        + Arrays.toString(info.getShape()));
            }
        });
    }

    /** Rows must be dynamic; other sides may be, or must be as expected. */
    private static boolean fits(long[] found, List<Integer> expected) {
        if (found.length != expected.size() + 1 || found[0] != -1) {
            return false;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (found[i + 1] != -1 && found[i + 1] != expected.get(i)) {
                return false;
            }
        }
        return true;
    }

    private static String join(List<Integer> shape) {
        return String.join(", ", shape.stream().map(String::valueOf).toList());
    }

    /** The buffers for a number of rows. */
    Frame frame(int rows) {
        return frames.computeIfAbsent(rows, Frame::new);
    }

    @Override
    public void close() {
        frames.values().forEach(Frame::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException("Closing the " + role + " failed: " + e.getMessage(), e);
        }
    }

    /** Tensors over buffers for one number of rows. */
    final class Frame implements AutoCloseable {
        private final int rows;
        private final Map<String, FloatBuffer> buffers = new HashMap<>();
        private final Map<String, OnnxTensor> fed = new LinkedHashMap<>();
        private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();

        private Frame(int rows) {
            this.rows = rows;
            try {
                inputs.forEach((key, port) -> fed.put(port.name(), tensor(key, port)));
                outputs.forEach((key, port) -> pinned.put(port.name(), tensor(key, port)));
            } catch (EngineException e) {
                close();
                throw e;
            }
        }

        private OnnxTensor tensor(String key, Port port) {
            FloatBuffer buffer = allocate(port);
            buffers.put(key, buffer);
            long[] shape = new long[port.shape().size() + 1];
            shape[0] = rows;
            for (int i = 1; i < shape.length; i++) {
                shape[i] = port.shape().get(i - 1);
            }
            try {
                return OnnxTensor.createTensor(environment, buffer, shape);
            } catch (OrtException e) {
                throw new EngineException("Cannot make a tensor for the " + role + ": " + e.getMessage(), e);
            }
        }

        /** Too many rows for the memory is a failure of this call, which fewer rows may survive. */
        private FloatBuffer allocate(Port port) {
            try {
                int bytes = Math.multiplyExact(Float.BYTES, Math.multiplyExact(rows, port.size()));
                return ByteBuffer.allocateDirect(bytes)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
            } catch (ArithmeticException | OutOfMemoryError e) {
                throw new EngineException(
                        "No memory for " + rows + " rows of " + port.name() + " of the " + role
                                + "; lower sampler.max.rows or raise -XX:MaxDirectMemorySize",
                        e,
                        true);
            }
        }

        /** Puts one row of an input. */
        void put(String key, int row, float[] values, int offset, int length) {
            buffers.get(key).put(row * length, values, offset, length);
        }

        /** Takes one row of an output. */
        void get(String key, int row, float[] values, int offset, int length) {
            buffers.get(key).get(row * length, values, offset, length);
        }

        /** Runs the graph; outputs lie in the buffers afterwards. */
        void run() {
            try {
                // Nothing to take from the result: pinned outputs are written in place.
                session.run(fed, pinned).close();
            } catch (OrtException e) {
                throw Failures.of("The " + role + " failed with " + rows + " rows", e);
            }
        }

        @Override
        public void close() {
            fed.values().forEach(OnnxTensor::close);
            pinned.values().forEach(OnnxTensor::close);
        }
    }
}
