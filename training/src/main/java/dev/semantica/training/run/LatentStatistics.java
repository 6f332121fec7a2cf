package dev.semantica.training.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.semantica.training.data.PackedPage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.Standardisation;
import dev.semantica.training.objective.Pixels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Mean and deviation of every channel of the latents, over images from all of the training pages. */
final class LatentStatistics {

    private static final int SAMPLED = 2048;
    private static final int BATCH = 64;

    private LatentStatistics() {}

    static Standardisation of(Autoencoder autoencoder, PackedPages store, List<PackedPage> pages, NDManager manager) {
        int[] all = images(pages);
        int channels = autoencoder.config().channels();
        double[] sums = new double[channels];
        double[] squares = new double[channels];
        int sampled = Math.min(SAMPLED, all.length);
        long count = 0;
        for (int from = 0; from < sampled; from += BATCH) {
            int[] images = new int[Math.min(BATCH, sampled - from)];
            for (int i = 0; i < images.length; i++) {
                images[i] = all[(int) ((long) (from + i) * all.length / sampled)];
            }
            try (NDManager work = manager.newSubManager()) {
                NDArray latents = autoencoder.encode(Pixels.of(store, images, work));
                int plane = (int) (latents.size() / images.length / channels);
                float[] values = latents.toFloatArray();
                for (int i = 0; i < values.length; i++) {
                    int channel = i / plane % channels;
                    sums[channel] += values[i];
                    squares[channel] += (double) values[i] * values[i];
                }
                count += (long) images.length * plane;
            }
        }
        List<Float> mean = new ArrayList<>();
        List<Float> deviation = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            double middle = sums[c] / count;
            mean.add((float) middle);
            deviation.add((float) Math.sqrt(Math.max(1e-12, squares[c] / count - middle * middle)));
        }
        return new Standardisation(mean, deviation);
    }

    /** Places of all images of pages, in their order. */
    static int[] images(List<PackedPage> pages) {
        return pages.stream()
                .flatMapToInt(page -> IntStream.range(page.firstImage(), page.firstImage() + page.images()))
                .toArray();
    }
}
