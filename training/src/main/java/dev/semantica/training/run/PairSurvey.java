package dev.semantica.training.run;

import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.training.data.FrozenTensors;
import dev.semantica.training.data.PackedPage;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.objective.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Measures how alike the images of pages are to a frozen encoder, beside two things that are known without any annotation:
 * how alike images of different pages are, as a foreign image is to its page, and how alike an image is to itself, copied
 * with small changes, as a near-duplicate is.
 */
final class PairSurvey {

    private static final int SAMPLED = 4096;
    private static final int COPIED = 512;
    private static final int BATCH = 32;

    private final Path directory;
    private final PackedPages store;
    private final FrozenEncoder encoder;
    private final long seed;
    private final StageListener listener;

    PairSurvey(Path directory, PackedPages store, FrozenEncoder encoder, long seed, StageListener listener) {
        this.directory = directory;
        this.store = store;
        this.encoder = encoder;
        this.seed = seed;
        this.listener = listener;
    }

    PairReport report(List<PackedPage> pages) throws IOException {
        FrozenTensors pooled = new FrozenNetworks(directory, store, encoder, listener).pooled();
        List<PairReport.Pair> pairs = new ArrayList<>();
        for (PackedPage page : pages) {
            double[][] cosines = PairFilter.cosines(pooled, page);
            for (int i = 0; i < cosines.length; i++) {
                for (int j = i + 1; j < cosines.length; j++) {
                    pairs.add(new PairReport.Pair(page, i, j, cosines[i][j]));
                }
            }
        }
        return PairReport.of(pairs, strangers(pooled, pages), copies(pooled, pages));
    }

    /** Images of different pages. */
    private double[] strangers(FrozenTensors pooled, List<PackedPage> pages) {
        if (pages.size() < 2) {
            return new double[0];
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] cosines = new double[SAMPLED];
        for (int k = 0; k < SAMPLED; k++) {
            int first = random.nextInt(pages.size());
            int second = (first + 1 + random.nextInt(pages.size() - 1)) % pages.size();
            float[] vectors =
                    pooled.read(new int[] {image(pages.get(first), random), image(pages.get(second), random)});
            cosines[k] = PairFilter.cosine(vectors, 0, 1, pooled.width());
        }
        return cosines;
    }

    private static int image(PackedPage page, SplittableRandom random) {
        return page.firstImage() + random.nextInt(page.images());
    }

    /** Images and their copies. */
    private double[] copies(FrozenTensors pooled, List<PackedPage> pages) {
        SplittableRandom random = new SplittableRandom(seed + 1);
        int width = pooled.width();
        double[] cosines = new double[COPIED];
        String work = "copies with small changes";
        listener.started(work, COPIED, "images");
        for (int from = 0; from < COPIED; from += BATCH) {
            int[] images = new int[BATCH];
            for (int i = 0; i < BATCH; i++) {
                images[i] = image(pages.get(random.nextInt(pages.size())), random);
            }
            float[] originals = pooled.read(images);
            float[] copied = encoder.encode(changed(images, random), BATCH).get(1);
            for (int i = 0; i < BATCH; i++) {
                float[] both = new float[2 * width];
                System.arraycopy(originals, i * width, both, 0, width);
                System.arraycopy(copied, i * width, both, width, width);
                cosines[from + i] = PairFilter.cosine(both, 0, 1, width);
            }
            listener.progressed(from + BATCH, "");
        }
        listener.ended(work);
        return cosines;
    }

    /** Pixels of copies: made smaller and large again, or cut by a few percent, as the web does with pictures. */
    private float[] changed(int[] images, SplittableRandom random) {
        int side = store.side();
        int plane = side * side;
        byte[] planes = new byte[images.length * 3 * plane];
        for (int i = 0; i < images.length; i++) {
            store.read(images[i], planes, i * 3 * plane);
            byte[] rgb = new byte[3 * plane];
            for (int k = 0; k < plane; k++) {
                for (int c = 0; c < 3; c++) {
                    rgb[3 * k + c] = planes[(3 * i + c) * plane + k];
                }
            }
            RgbImage copy = copy(new RgbImage(side, side, rgb), random);
            for (int k = 0; k < plane; k++) {
                for (int c = 0; c < 3; c++) {
                    planes[(3 * i + c) * plane + k] = copy.rgb()[3 * k + c];
                }
            }
        }
        return Pixels.values(planes);
    }

    private static RgbImage copy(RgbImage image, SplittableRandom random) {
        int side = image.width();
        if (random.nextBoolean()) {
            int small = (int) Math.round(side * random.nextDouble(0.45, 0.8));
            return Resizing.cover(Resizing.cover(image, small, small), side, side);
        }
        int kept = side - Math.max(1, (int) Math.round(side * random.nextDouble(0.02, 0.09)));
        int left = random.nextInt(side - kept + 1);
        int top = random.nextInt(side - kept + 1);
        byte[] rgb = new byte[3 * kept * kept];
        for (int y = 0; y < kept; y++) {
            System.arraycopy(image.rgb(), 3 * ((top + y) * side + left), rgb, 3 * y * kept, 3 * kept);
        }
        return Resizing.cover(new RgbImage(kept, kept, rgb), side, side);
    }
}
