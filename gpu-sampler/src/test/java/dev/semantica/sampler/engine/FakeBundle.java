package dev.semantica.sampler.engine;

import dev.semantica.diffusion.Denoiser;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.image.RgbImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The shipped bundle's manifest over a small smooth function, m = 0.9·tanh(0.7·x + c·cos(3t)), on a device whose troubles a
 * test decides. The condition c is a picture's first byte: 255 is not a number, 254 breaks the call.
 */
final class FakeBundle implements LoadedBundle {

    final List<Integer> calls = new ArrayList<>();
    int memoryForEntries = Integer.MAX_VALUE;
    boolean scalarTimestep;
    Runnable duringCall = () -> {};
    /** Numbers of the pictures that are drawn next; {@value #BROKEN} breaks the decoder. When they are used up: 1. */
    final Deque<Integer> draws = new ArrayDeque<>();
    /** Samples that were decoded. */
    final List<float[]> decoded = new ArrayList<>();

    static final int BROKEN = 253;
    private final Bundle bundle;
    private final int size;

    FakeBundle(Bundle bundle) {
        this.bundle = bundle;
        this.size = bundle.manifest().sample().size();
    }

    /** A source whose condition is a number from 0 to 255. */
    static RgbImage source(int condition) {
        byte[] rgb = new byte[3 * 64 * 64];
        rgb[0] = (byte) condition;
        return new RgbImage(64, 64, rgb);
    }

    @Override
    public Bundle bundle() {
        return bundle;
    }

    @Override
    public String engine() {
        return "fake";
    }

    @Override
    public boolean scalarTimestep() {
        return scalarTimestep;
    }

    @Override
    public boolean encodesSamples() {
        return false;
    }

    @Override
    public List<Condition> encode(List<RgbImage> images) {
        return images.stream().map(image -> condition(image.rgb()[0] & 0xFF)).toList();
    }

    private static Condition condition(int value) {
        return new Condition(List.of(new float[] {value}, new float[] {1, value}));
    }

    @Override
    public List<float[]> encodeSamples(List<RgbImage> images) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<RgbImage> decode(List<float[]> samples) {
        List<RgbImage> pictures = new ArrayList<>();
        for (float[] sample : samples) {
            int drawn = draws.isEmpty() ? 1 : draws.poll();
            if (drawn == BROKEN) {
                throw new EngineException("The decoder broke", null);
            }
            decoded.add(sample);
            pictures.add(source(drawn));
        }
        return pictures;
    }

    /** Of two values the first with the chance 1/c. */
    @Override
    public List<Reading> read(List<Condition> conditions) {
        return conditions.stream()
                .map(condition -> 1.0 / condition.tensors().get(0)[0])
                .map(chance -> new Reading(List.of(new double[] {chance, 1 - chance})))
                .toList();
    }

    @Override
    public Denoiser<Condition> denoiser() {
        return new Tanh();
    }

    @Override
    public void close() {
        // Holds nothing.
    }

    private final class Tanh implements Denoiser<Condition> {
        @Override
        public int sampleSize() {
            return size;
        }

        @Override
        public Condition unconditional() {
            return condition(0);
        }

        @Override
        public void denoise(
                int entries, float[] inputs, float[] timesteps, List<Condition> conditions, float[] outputs) {
            if (entries > memoryForEntries) {
                throw new EngineException(
                        "Failed to allocate memory for requested buffer of size " + entries, null, true);
            }
            if (conditions.stream().anyMatch(condition -> condition.tensors().get(0)[0] == 254)) {
                throw new EngineException("CUDA failure 700: an illegal memory access was encountered", null);
            }
            for (int i = 0; scalarTimestep && i < entries; i++) {
                if (timesteps[i] != timesteps[0]) {
                    throw new IllegalStateException("Several timesteps in a call");
                }
            }
            calls.add(entries);
            duringCall.run();
            for (int i = 0; i < entries * size; i++) {
                float condition = conditions.get(i / size).tensors().get(0)[0];
                outputs[i] = condition == 255
                        ? Float.NaN
                        : (float) (0.9 * Math.tanh(0.7 * inputs[i] + condition * Math.cos(3 * timesteps[i / size])));
            }
        }
    }
}
