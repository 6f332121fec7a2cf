package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Value;
import java.util.Collections;
import java.util.List;

/**
 * Makes latents of mean 0 and deviation 1 per channel, which the noise schedule takes for granted, and back again.
 *
 * @param mean per channel
 * @param deviation per channel; positive
 */
public record Standardisation(List<Float> mean, List<Float> deviation) {

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

    /** (latents − mean) / deviation, for latents [n, channels, h, w]. */
    public NDArray standardise(NDArray latents) {
        return latents.sub(constant(latents, mean)).div(constant(latents, deviation));
    }

    /** latents · deviation + mean; undoes {@link #standardise}. */
    public NDArray restore(NDArray latents) {
        return latents.mul(constant(latents, deviation)).add(constant(latents, mean));
    }

    Value writeStandardise(GraphBuilder graph, Value latents) {
        Value centred =
                graph.node("Sub", latents, write(graph, "latents.mean", mean)).output();
        return graph.node("Div", centred, write(graph, "latents.deviation", deviation))
                .output();
    }

    Value writeRestore(GraphBuilder graph, Value latents) {
        Value scaled = graph.node("Mul", latents, write(graph, "latents.deviation", deviation))
                .output();
        return graph.node("Add", scaled, write(graph, "latents.mean", mean)).output();
    }

    private static NDArray constant(NDArray latents, List<Float> values) {
        return latents.getManager().create(array(values)).reshape(1, values.size(), 1, 1);
    }

    private static Value write(GraphBuilder graph, String name, List<Float> values) {
        return graph.floats(name, new long[] {1, values.size(), 1, 1}, array(values));
    }

    private static float[] array(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }
}
