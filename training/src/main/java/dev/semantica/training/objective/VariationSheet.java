package dev.semantica.training.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.semantica.diffusion.CosineNoiseSchedule;
import dev.semantica.diffusion.Denoiser;
import dev.semantica.diffusion.PredictionType;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SamplingLoop;
import dev.semantica.diffusion.SchedulerConfig;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.Schedulers;
import dev.semantica.diffusion.StepTable;
import dev.semantica.sampler.image.ContactSheet;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.network.Encoding;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.ImageDenoiserConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Draws variations of some images with a denoiser in training, always from the same noise. */
final class VariationSheet {

    /** Images that are shown at most. */
    static final int SOURCES = 8;

    private static final int VARIATIONS = 5;

    private final ImageDenoiser denoiser;
    private final DenoiserLearner.Known known;
    private final PackedPages store;
    private final DenoiserLearner.Teaching teaching;
    private final DenoiserLearner.Drawer drawer;

    VariationSheet(
            ImageDenoiser denoiser,
            DenoiserLearner.Known known,
            PackedPages store,
            DenoiserLearner.Teaching teaching,
            DenoiserLearner.Drawer drawer) {
        this.denoiser = denoiser;
        this.known = known;
        this.store = store;
        this.teaching = teaching;
        this.drawer = drawer;
    }

    /**
     * Draws a line an image.
     *
     * @param shown the images, as places in the store
     */
    RgbImage draw(int[] shown, NDManager manager) {
        try (NDManager work = manager.newSubManager()) {
            List<Row<Integer>> rows = new ArrayList<>();
            StepTable table = Schedulers.tabulate(
                    new CosineNoiseSchedule(NoiseTimes.LATEST, teaching.shift()),
                    SchedulerConfig.defaults(SchedulerKind.DDIM)
                            .withPredictionType(PredictionType.V_PREDICTION)
                            .withClipping(teaching.range()),
                    teaching.steps());
            Shown conditioned = new Shown(work, shown);
            int size = conditioned.sampleSize();
            for (int i = 0; i < shown.length; i++) {
                for (int v = 0; v < VARIATIONS; v++) {
                    rows.add(new Row<>(table, i, teaching.guidance(), 1, rows.size(), size));
                }
            }
            SamplingLoop<Integer> loop = new SamplingLoop<>(conditioned);
            while (rows.stream().anyMatch(Row::active)) {
                loop.tick(rows);
            }
            float[] values = new float[rows.size() * size];
            for (int i = 0; i < rows.size(); i++) {
                System.arraycopy(rows.get(i).sample(), 0, values, i * size, size);
            }
            ImageDenoiserConfig config = denoiser.config();
            float[] drawn = drawer.draw(work.create(
                            values, new Shape(rows.size(), config.channels(), config.side(), config.side())))
                    .toFloatArray();
            return sheet(drawn, Pixels.of(store, shown, work).toFloatArray(), shown.length);
        }
    }

    private RgbImage sheet(float[] drawn, float[] originals, int sources) {
        List<ContactSheet.Line> lines = new ArrayList<>();
        for (int i = 0; i < sources; i++) {
            List<RgbImage> variations = new ArrayList<>();
            for (int v = 0; v < VARIATIONS; v++) {
                variations.add(Pixels.picture(drawn, i * VARIATIONS + v, store.side()));
            }
            lines.add(new ContactSheet.Line(Pixels.picture(originals, i, store.side()), variations));
        }
        return ContactSheet.draw(lines, store.side());
    }

    /** The denoiser as the sampling loop sees it; a condition is a place among the shown images. */
    private final class Shown implements Denoiser<Integer> {

        private static final int EMPTY = -1;
        private final NDManager manager;
        private final int[] shown;

        Shown(NDManager manager, int[] shown) {
            this.manager = manager;
            this.shown = shown;
        }

        @Override
        public int sampleSize() {
            return known.samples().width();
        }

        @Override
        public Integer unconditional() {
            return EMPTY;
        }

        @Override
        public void denoise(int entries, float[] inputs, float[] timesteps, List<Integer> conditions, float[] outputs) {
            try (NDManager call = manager.newSubManager()) {
                ImageDenoiserConfig config = denoiser.config();
                int[] images = new int[entries];
                float[] keep = new float[entries];
                for (int i = 0; i < entries; i++) {
                    images[i] = shown[Math.max(0, conditions.get(i))];
                    keep[i] = conditions.get(i) == EMPTY ? 0 : 1;
                }
                Encoding condition = denoiser.drop(known.encoding(images, config, call), call.create(keep));
                NDArray latents = call.create(
                        Arrays.copyOf(inputs, entries * sampleSize()),
                        new Shape(entries, config.channels(), config.side(), config.side()));
                NDArray time = call.create(Arrays.copyOf(timesteps, entries));
                float[] found = denoiser.predict(latents, time, condition.tokens(), condition.pooled())
                        .velocity()
                        .toFloatArray();
                System.arraycopy(found, 0, outputs, 0, found.length);
            }
        }
    }
}
