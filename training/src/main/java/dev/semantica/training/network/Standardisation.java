package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import dev.semantica.onnx.FloatTensor;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Makes latents of mean 0 and deviation 1 per channel, which the noise schedule takes for granted, and back again.
 *
 * @param mean per channel
 * @param deviation per channel; positive
 */
public record Standardisation(List<Float> mean, List<Float> deviation) {

    private static final String MEAN = "latents.mean";
    private static final String DEVIATION = "latents.deviation";

    /** Refuses what is no deviation. */
    public Standardisation {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.isEmpty() || mean.size() != deviation.size()) {
            throw new IllegalArgumentException(
                    "A mean and a deviation per channel are needed, found " + mean + " and " + deviation);
        }
        if (!mean.stream().allMatch(Float::isFinite)
                || !deviation.stream().allMatch(value -> Float.isFinite(value) && value > 0)) {
            throw new IllegalArgumentException(
                    "Means must be finite and deviations positive, found " + mean + " and " + deviation);
        }
    }

    /** Changes nothing. */
    public static Standardisation none(int channels) {
        return new Standardisation(Collections.nCopies(channels, 0f), Collections.nCopies(channels, 1f));
    }

    /**
     * The one that was written into a graph.
     *
     * @param written the graph's numbers by name
     * @throws IllegalArgumentException if there is none
     */
    public static Standardisation written(Map<String, FloatTensor> written) {
        FloatTensor mean = written.get(MEAN);
        FloatTensor deviation = written.get(DEVIATION);
        if (mean == null || deviation == null) {
            throw new IllegalArgumentException("The graph holds no " + MEAN + " and " + DEVIATION);
        }
        return new Standardisation(list(mean.values()), list(deviation.values()));
    }

    /** (latents − mean) / deviation, for latents [n, channels, h, w]. */
    public NDArray standardise(NDArray latents) {
        return latents.sub(constant(latents, mean)).div(constant(latents, deviation));
    }

    /** latents · deviation + mean; undoes {@link #standardise}. */
    public NDArray restore(NDArray latents) {
        return latents.mul(constant(latents, deviation)).add(constant(latents, mean));
    }

    Value writeStandardise(GraphBuilder graph, Value latents) {
        Value centred = graph.node("Sub", latents, write(graph, MEAN, mean)).output();
        return graph.node("Div", centred, write(graph, DEVIATION, deviation)).output();
    }

    Value writeRestore(GraphBuilder graph, Value latents) {
        Value scaled =
                graph.node("Mul", latents, write(graph, DEVIATION, deviation)).output();
        return graph.node("Add", scaled, write(graph, MEAN, mean)).output();
    }

    private static NDArray constant(NDArray latents, List<Float> values) {
        return latents.getManager().create(array(values)).reshape(1, values.size(), 1, 1);
    }

    private static Value write(GraphBuilder graph, String name, List<Float> values) {
        return graph.floats(name, new long[] {1, values.size(), 1, 1}, array(values));
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private static float[] array(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }
}
