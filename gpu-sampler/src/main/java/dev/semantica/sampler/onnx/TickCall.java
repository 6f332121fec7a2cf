package dev.semantica.sampler.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.StepTable;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls of a {@link TickGraph}. All tensors lie in direct buffers that are kept, whatever the number of rows; outputs are
 * written in place. A condition is copied only when another row comes to its place. For one thread at a time.
 */
final class TickCall implements AutoCloseable {

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final List<BundleManifest.Tensor> condition;
    private final long[] sampleShape;
    private final int size;
    private final float[] columns = new float[TickGraph.COLUMNS];
    private List<Row<Condition>> computed = List.of();
    private Buffers buffers;
    private long nanosInGraph;

    /**
     * Calls of a session.
     *
     * @param session stays the caller's, who may share it among several
     */
    TickCall(OrtEnvironment environment, OrtSession session, BundleManifest manifest) {
        this.environment = environment;
        this.session = session;
        this.condition = manifest.condition();
        this.size = manifest.sample().size();
        this.sampleShape =
                manifest.sample().shape().stream().mapToLong(Integer::longValue).toArray();
    }

    /**
     * Computes the next step of rows that are all active; none has moved before {@link #take}.
     *
     * @return how many entries were evaluated
     */
    int compute(List<Row<Condition>> rows) {
        computed = List.of();
        int count = rows.size();
        if (buffers == null || buffers.capacity < count) {
            grow(count);
        }
        int guided = 0;
        for (int i = 0; i < count; i++) {
            Row<Condition> row = rows.get(i);
            write(row, i);
            if (row.entries() == 2) {
                buffers.guided.put(guided, i);
                buffers.base.put(i, (long) count + guided);
                guided++;
            } else {
                buffers.base.put(i, i);
            }
        }
        run(count, guided);
        computed = rows;
        return count + guided;
    }

    /** Moves the rows that were computed. */
    void take() {
        for (int i = 0; i < computed.size(); i++) {
            computed.get(i).take(buffers.next, buffers.predicted, i * size);
        }
        computed = List.of();
    }

    private void write(Row<Condition> row, int place) {
        StepTable.Step step = row.current();
        row.writeSample(buffers.x, place * size);
        // What a weight of zero meets need not be written: the buffers hold finite numbers.
        if (step.c() != 0) {
            row.writePrevious(buffers.previous, place * size);
        }
        if (step.d() != 0) {
            row.writeNoise(buffers.noise, place * size);
        }
        buffers.timestep.put(place, (float) step.timestep());
        TickGraph.write(step, row.guidance(), columns);
        buffers.coefficients.put(place * TickGraph.COLUMNS, columns);
        if (!row.condition().equals(buffers.written[place])) {
            for (int i = 0; i < condition.size(); i++) {
                float[] values = row.condition().tensors().get(i);
                buffers.conditions.get(i).put(place * values.length, values);
            }
            buffers.written[place] = row.condition();
        }
    }

    private void run(int rows, int guided) {
        try {
            Frame frame = buffers.frame(rows);
            frame.fed.put(TickGraph.GUIDED, buffers.guided(guided));
            // Nothing to take from the result: pinned outputs are written in place.
            long before = System.nanoTime();
            session.run(frame.fed, frame.pinned).close();
            nanosInGraph = System.nanoTime() - before;
        } catch (OrtException e) {
            throw Failures.of("A tick failed with " + rows + " rows, " + guided + " of them guided", e);
        }
    }

    /** Time that the last call spent in the graph. */
    long nanosInGraph() {
        return nanosInGraph;
    }

    /** Twice as much as before at least, so that it happens seldom. */
    private void grow(int rows) {
        int capacity = Math.max(rows, buffers == null ? 1 : 2 * buffers.capacity);
        close(buffers);
        buffers = null;
        try {
            buffers = new Buffers(capacity);
        } catch (OutOfMemoryError | ArithmeticException e) {
            throw new EngineException(
                    "No memory for " + rows + " rows; lower sampler.max.rows or raise -XX:MaxDirectMemorySize",
                    e,
                    true);
        }
    }

    /** Frees the tensors, not the session. */
    @Override
    public void close() {
        close(buffers);
    }

    private static void close(Buffers buffers) {
        if (buffers != null) {
            buffers.frames.values().forEach(frame -> {
                frame.fed.forEach((name, tensor) -> {
                    if (!name.equals(TickGraph.GUIDED)) {
                        tensor.close();
                    }
                });
                frame.pinned.values().forEach(OnnxTensor::close);
            });
            buffers.guidedTensors.values().forEach(OnnxTensor::close);
        }
    }

    /** Tensors for one number of rows, over the first part of the buffers. */
    private record Frame(Map<String, OnnxTensor> fed, Map<String, OnnxTensor> pinned) {}

    /** Memory for a number of rows. */
    private final class Buffers {
        private final int capacity;
        private final FloatBuffer x;
        private final FloatBuffer previous;
        private final FloatBuffer noise;
        private final FloatBuffer timestep;
        private final FloatBuffer coefficients;
        private final FloatBuffer next;
        private final FloatBuffer predicted;
        private final LongBuffer guided;
        private final LongBuffer base;
        private final List<FloatBuffer> conditions = new ArrayList<>();
        private final Condition[] written;
        private final Map<Integer, Frame> frames = new HashMap<>();
        private final Map<Integer, OnnxTensor> guidedTensors = new HashMap<>();

        Buffers(int capacity) {
            this.capacity = capacity;
            this.x = floats(size);
            this.previous = floats(size);
            this.noise = floats(size);
            this.timestep = floats(1);
            this.coefficients = floats(TickGraph.COLUMNS);
            this.next = floats(size);
            this.predicted = floats(size);
            this.guided = bytes(Long.BYTES).asLongBuffer();
            this.base = bytes(Long.BYTES).asLongBuffer();
            condition.forEach(tensor -> conditions.add(floats(tensor.size())));
            this.written = new Condition[capacity];
        }

        private FloatBuffer floats(int each) {
            return bytes(Math.multiplyExact(Float.BYTES, each)).asFloatBuffer();
        }

        private ByteBuffer bytes(int each) {
            return ByteBuffer.allocateDirect(Math.multiplyExact(capacity, each)).order(ByteOrder.nativeOrder());
        }

        private OnnxTensor guided(int count) throws OrtException {
            OnnxTensor known = guidedTensors.get(count);
            if (known == null) {
                known = OnnxTensor.createTensor(environment, guided.slice(0, count), new long[] {count});
                guidedTensors.put(count, known);
            }
            return known;
        }

        private Frame frame(int rows) throws OrtException {
            Frame known = frames.get(rows);
            if (known != null) {
                return known;
            }
            Frame frame = new Frame(new LinkedHashMap<>(), new LinkedHashMap<>());
            frames.put(rows, frame);
            frame.fed.put(TickGraph.X, tensor(x, rows, sampleShape));
            frame.fed.put(TickGraph.PREVIOUS, tensor(previous, rows, sampleShape));
            frame.fed.put(TickGraph.NOISE, tensor(noise, rows, sampleShape));
            frame.fed.put(TickGraph.TIMESTEP, tensor(timestep, rows));
            long[] columnShape = new long[sampleShape.length];
            Arrays.fill(columnShape, 1);
            columnShape[0] = TickGraph.COLUMNS;
            frame.fed.put(TickGraph.COEFFICIENTS, tensor(coefficients, rows, columnShape));
            frame.fed.put(TickGraph.BASE, OnnxTensor.createTensor(environment, base.slice(0, rows), new long[] {rows}));
            for (int i = 0; i < condition.size(); i++) {
                long[] shape = condition.get(i).shape().stream()
                        .mapToLong(Integer::longValue)
                        .toArray();
                frame.fed.put(TickGraph.condition(condition.get(i).name()), tensor(conditions.get(i), rows, shape));
            }
            frame.pinned.put(TickGraph.NEXT, tensor(next, rows, sampleShape));
            frame.pinned.put(TickGraph.PREDICTED, tensor(predicted, rows, sampleShape));
            return frame;
        }

        private OnnxTensor tensor(FloatBuffer buffer, int rows, long... shape) throws OrtException {
            long[] whole = new long[shape.length + 1];
            whole[0] = rows;
            System.arraycopy(shape, 0, whole, 1, shape.length);
            return OnnxTensor.createTensor(environment, buffer.slice(0, rows * (buffer.capacity() / capacity)), whole);
        }
    }
}
