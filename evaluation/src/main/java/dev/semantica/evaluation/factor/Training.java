package dev.semantica.evaluation.factor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * Trains the network on all heads at once. A batch is cut into parts of a fixed size whose gradients are added in order, so
 * the number of threads does not change the result.
 */
final class Training {

    private static final int PART = 16;
    /** Parts whose means and variances are kept. */
    private static final int MOMENTS = 64;

    private static final int WARM_UP = 100;
    /** Quantities weigh less than categories: most of them are easy, and some cannot be read at all. */
    private static final float QUANTITY_WEIGHT = 0.3f;

    private final ProbePlan plan;
    private final Network network;
    private final List<Head> heads;
    private final List<byte[]> pictures;
    private final List<float[]> targets;
    private final List<Part> parts = new ArrayList<>();

    /** Room for a part of a batch. */
    private final class Part {
        private final Network.Pass pass = network.pass(PART);
        private final float[][] gradient = network.zeros();
        private final Rows slope =
                Rows.of(PART, heads.stream().mapToInt(Head::width).sum());
    }

    /**
     * A training.
     *
     * @param pictures pixels as {@link Inputs} takes them
     * @param targets for each picture one of each head
     */
    Training(ProbePlan plan, Network network, List<Head> heads, List<byte[]> pictures, List<float[]> targets) {
        this.plan = plan;
        this.network = network;
        this.heads = heads;
        this.pictures = pictures;
        this.targets = targets;
        for (int i = 0; i < plan.batch(); i += PART) {
            parts.add(new Part());
        }
    }

    float[][] run(int threads, IntConsumer progress) throws InterruptedException {
        float[][] parameters = network.initial(plan.seed());
        Adam adam = new Adam(network.zeros(), network.zeros());
        SplittableRandom random = new SplittableRandom(plan.seed() + 1);
        int[] order = new int[pictures.size()];
        Arrays.setAll(order, i -> i);
        int next = order.length;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int step = 0; step < plan.steps(); step++) {
                int[] batch = new int[plan.batch()];
                for (int i = 0; i < batch.length; i++) {
                    if (next == order.length) {
                        shuffle(order, random);
                        next = 0;
                    }
                    batch[i] = order[next++];
                }
                List<Callable<Void>> work = new ArrayList<>();
                for (int i = 0; i < parts.size(); i++) {
                    Part part = parts.get(i);
                    int[] chosen = Arrays.copyOfRange(batch, i * PART, Math.min(batch.length, (i + 1) * PART));
                    SplittableRandom softening = random.split();
                    work.add(() -> {
                        descend(part, chosen, parameters, softening);
                        return null;
                    });
                }
                for (Future<Void> done : pool.invokeAll(work)) {
                    done.get();
                }
                adam.step(parameters, sum(), rate(step));
                progress.accept(step + 1);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("A part of a batch failed", e.getCause());
        } finally {
            pool.shutdownNow();
        }
        keepMoments(parameters, random);
        return parameters;
    }

    /** Means over many parts, with the final weights. */
    private void keepMoments(float[][] parameters, SplittableRandom random) {
        Network.Pass pass = parts.get(0).pass;
        for (int i = 0; i < MOMENTS; i++) {
            for (int place = 0; place < PART; place++) {
                byte[] pixels = pictures.get(random.nextInt(pictures.size()));
                Inputs.putSoftened(pixels, network.side(), pass.input(), place, random);
            }
            pass.forward(parameters, PART, true);
            pass.keepMoments(parameters, 1f / MOMENTS);
        }
    }

    private void descend(Part part, int[] chosen, float[][] parameters, SplittableRandom random) {
        boolean[] moved = new boolean[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            moved[i] = random.nextBoolean();
            byte[] pixels = pictures.get(chosen[i]);
            byte[] shown = moved[i] ? Inputs.moved(pixels, network.side(), random) : pixels;
            Inputs.putSoftened(shown, network.side(), part.pass.input(), i, random);
        }
        Rows outputs = part.pass.forward(parameters, chosen.length, true);
        for (int i = 0; i < chosen.length; i++) {
            int at = 0;
            for (int h = 0; h < heads.size(); h++) {
                Head head = heads.get(h);
                // What an image varies is no longer true of one that was moved.
                float weight =
                        moved[i] && !head.ofPage() ? 0 : (head.isCategory() ? 1 : QUANTITY_WEIGHT) / plan.batch();
                head.slope(outputs.row(i), at, targets.get(chosen[i])[h], weight, part.slope.row(i));
                at += head.width();
            }
        }
        for (float[] row : part.gradient) {
            Arrays.fill(row, 0);
        }
        part.pass.backward(parameters, chosen.length, part.slope, part.gradient);
    }

    private float[][] sum() {
        float[][] sum = parts.get(0).gradient;
        for (Part part : parts.subList(1, parts.size())) {
            for (int i = 0; i < sum.length; i++) {
                add(part.gradient[i], sum[i]);
            }
        }
        return sum;
    }

    private static void add(float[] from, float[] to) {
        for (int j = 0; j < to.length; j++) {
            to[j] += from[j];
        }
    }

    /** Rises at first, then falls along half a cosine to nothing. */
    private double rate(int step) {
        int warm = Math.min(WARM_UP, plan.steps() / 10 + 1);
        double rise = Math.min(1, (step + 1.0) / warm);
        return plan.rate() * rise * 0.5 * (1 + Math.cos(Math.PI * step / plan.steps()));
    }

    private static void shuffle(int[] order, SplittableRandom random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
    }
}
