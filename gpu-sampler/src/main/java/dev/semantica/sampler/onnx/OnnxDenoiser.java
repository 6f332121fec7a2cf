package dev.semantica.sampler.onnx;

import dev.semantica.diffusion.Denoiser;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.onnx.GraphSession.Frame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A bundle's denoiser as it came, without guidance or update. */
final class OnnxDenoiser implements Denoiser<Condition> {

    private final BundleManifest manifest;
    private final GraphSession graph;
    private final Condition unconditional;
    private final int size;

    OnnxDenoiser(Bundle bundle, GraphSession graph) {
        this.manifest = bundle.manifest();
        this.graph = graph;
        this.unconditional = new Condition(manifest.condition().stream()
                .map(tensor -> bundle.unconditional().get(tensor.name()))
                .toList());
        this.size = manifest.sample().size();
    }

    @Override
    public int sampleSize() {
        return size;
    }

    @Override
    public Condition unconditional() {
        return unconditional;
    }

    @Override
    public void denoise(int entries, float[] inputs, float[] timesteps, List<Condition> conditions, float[] outputs) {
        if (!manifest.sharesTimestep()) {
            call(IntStream.range(0, entries).toArray(), inputs, timesteps, conditions, outputs);
            return;
        }
        // The graph reads one timestep a call, so a call is made for each that occurs.
        Map<Float, List<Integer>> byTimestep = new LinkedHashMap<>();
        for (int entry = 0; entry < entries; entry++) {
            byTimestep
                    .computeIfAbsent(timesteps[entry], any -> new ArrayList<>())
                    .add(entry);
        }
        for (List<Integer> same : byTimestep.values()) {
            call(same.stream().mapToInt(Integer::intValue).toArray(), inputs, timesteps, conditions, outputs);
        }
    }

    /** Evaluates the entries of these positions. */
    private void call(int[] entries, float[] inputs, float[] timesteps, List<Condition> conditions, float[] outputs) {
        Frame frame = graph.frame(entries.length);
        List<BundleManifest.Tensor> tensors = manifest.condition();
        for (int row = 0; row < entries.length; row++) {
            frame.put("sample", row, inputs, entries[row] * size, size);
            frame.put("timestep", row, timesteps, entries[row], 1);
            for (int i = 0; i < tensors.size(); i++) {
                float[] values = conditions.get(entries[row]).tensors().get(i);
                frame.put(tensors.get(i).name(), row, values, 0, values.length);
            }
        }
        frame.run();
        for (int row = 0; row < entries.length; row++) {
            frame.get("prediction", row, outputs, entries[row] * size, size);
        }
    }
}
