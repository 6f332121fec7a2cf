package dev.semantica.benchmarks;

import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.engine.ContinuousBatch;
import dev.semantica.sampler.engine.Drawing;
import dev.semantica.sampler.engine.EngineConfig;
import dev.semantica.sampler.engine.RowListener;
import dev.semantica.sampler.engine.Series;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Requests that come at their times, and when their last variation was ready. */
final class Arrivals {

    /**
     * A request.
     *
     * @param at seconds from the beginning
     */
    record Request(String name, double at, Priority priority, int count, int steps) {}

    /**
     * What came of them.
     *
     * @param latencies seconds, ascending, of the requests that are counted
     * @param seconds until the last was ready
     */
    record Outcome(List<Double> latencies, double seconds) {
        double percentile(double share) {
            return latencies.get((int) Math.round(share * (latencies.size() - 1)));
        }

        /** Latencies, and the share of requests that had none above each. */
        double[][] distribution() {
            double[][] points = new double[2][latencies.size()];
            for (int i = 0; i < latencies.size(); i++) {
                points[0][i] = latencies.get(i);
                points[1][i] = (i + 1.0) / latencies.size();
            }
            return points;
        }
    }

    private Arrivals() {}

    /** Poisson arrivals, sizes and steps uniform between two numbers. */
    static List<Request> poisson(
            String name, long seed, int requests, double perSecond, Priority priority, int[] sizes, int[] steps) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Request> all = new ArrayList<>();
        double at = 0;
        for (int i = 0; i < requests; i++) {
            at += -Math.log(1 - random.nextDouble()) / perSecond;
            all.add(new Request(
                    name + i,
                    at,
                    priority,
                    random.nextInt(sizes[0], sizes[1] + 1),
                    random.nextInt(steps[0], steps[1] + 1)));
        }
        return all;
    }

    /** All through the engine as they come. */
    static Outcome continuous(CostModelBundle bundle, EngineConfig config, List<Request> requests, String counted) {
        Ends ends = new Ends(bundle, requests);
        ContinuousBatch<Request> batch = new ContinuousBatch<>(bundle, config, bundle, ends);
        Deque<Request> coming = new ArrayDeque<>(requests);
        while (!coming.isEmpty() || !batch.idle()) {
            if (batch.idle()) {
                bundle.idleUntil(coming.peek().at());
            }
            while (!coming.isEmpty() && coming.peek().at() <= bundle.seconds()) {
                Request next = coming.poll();
                batch.add(series(bundle.bundle(), next, 0, next.count()));
            }
            batch.tick();
        }
        return ends.outcome(counted);
    }

    /**
     * First come, first served, in whole batches: the next rows start when all of a batch are done.
     *
     * @param padded whether a batch keeps its size until its longest row is done; otherwise rows that are done drop out
     */
    static Outcome inWholeBatches(CostModelBundle bundle, EngineConfig config, List<Request> requests, boolean padded) {
        Ends ends = new Ends(bundle, requests);
        ContinuousBatch<Request> batch = new ContinuousBatch<>(bundle, config, bundle, ends);
        Deque<Request> coming = new ArrayDeque<>(requests);
        Deque<Request> rows = new ArrayDeque<>();
        Map<String, Integer> begun = new HashMap<>();
        while (!coming.isEmpty() || !rows.isEmpty()) {
            if (rows.isEmpty()) {
                bundle.idleUntil(coming.peek().at());
            }
            while (!coming.isEmpty() && coming.peek().at() <= bundle.seconds()) {
                Request next = coming.poll();
                for (int i = 0; i < next.count(); i++) {
                    rows.add(next);
                }
            }
            List<Request> taken = new ArrayList<>();
            while (taken.size() < config.maxRows() && !rows.isEmpty()) {
                taken.add(rows.poll());
            }
            int longest = taken.stream().mapToInt(Request::steps).max().orElseThrow();
            for (Request row : taken) {
                int index = begun.merge(row.name(), 1, Integer::sum) - 1;
                Request same = padded ? new Request(row.name(), row.at(), row.priority(), row.count(), longest) : row;
                batch.add(series(bundle.bundle(), same, index, 1));
            }
            while (!batch.idle()) {
                batch.tick();
            }
        }
        return ends.outcome("");
    }

    private static Series<Request> series(Bundle bundle, Request request, int firstIndex, int count) {
        return new Series<>(
                request,
                request.name(),
                request.priority(),
                null,
                () -> null,
                new RgbImage(64, 64, new byte[3 * 64 * 64]),
                null,
                bundle.tabulate(SchedulerKind.DDIM, request.steps()),
                Guidance.NONE,
                false,
                0,
                firstIndex,
                count,
                1);
    }

    /** Notes when each request's last row ends. */
    private static final class Ends implements RowListener<Request> {
        private final CostModelBundle clock;
        private final Map<String, Integer> left = new HashMap<>();
        private final Map<String, Double> latencies = new HashMap<>();

        Ends(CostModelBundle clock, List<Request> requests) {
            this.clock = clock;
            requests.forEach(request -> left.put(request.name(), request.count()));
        }

        @Override
        public void finished(Request tag, int index, Drawing variation) {
            if (left.merge(tag.name(), -1, Integer::sum) == 0) {
                latencies.put(tag.name(), clock.seconds() - tag.at());
            }
        }

        @Override
        public void failed(Request tag, int index, FailureReason reason, String message) {
            throw new IllegalStateException(message);
        }

        Outcome outcome(String counted) {
            List<Double> sorted = latencies.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(counted))
                    .map(Map.Entry::getValue)
                    .sorted()
                    .toList();
            return new Outcome(sorted, clock.seconds());
        }
    }
}
