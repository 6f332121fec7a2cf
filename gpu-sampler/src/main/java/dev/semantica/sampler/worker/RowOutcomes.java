package dev.semantica.sampler.worker;

import dev.semantica.diffusion.Guidance;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.Drawing;
import dev.semantica.sampler.engine.RowListener;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Provenance;
import dev.semantica.schemas.SampledVariation;
import dev.semantica.schemas.SamplingFailure;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes each row as it ends. Image files are written by a thread of its own, beside the ticks; when that falls
 * behind, whoever runs the rows lends a hand, so that pictures do not pile up.
 */
final class RowOutcomes implements RowListener<RowTag> {

    private static final Logger LOG = LoggerFactory.getLogger(RowOutcomes.class);
    private static final int WAITING = 64;

    private final ImageEncoder format;
    private final WorkerListener listener;
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> new Thread(task, "sampler-results"),
            new ThreadPoolExecutor.CallerRunsPolicy());

    RowOutcomes(ImageEncoder format, WorkerListener listener) {
        this.format = format;
        this.listener = listener;
    }

    @Override
    public void encoded(RowTag tag, Condition condition) {
        tag.bundle().remember(tag.sourceDigest(), condition);
        tag.trace().encoded();
    }

    @Override
    public void finished(RowTag tag, int index, Drawing variation) {
        end(tag, () -> publish(tag, index, variation));
    }

    @Override
    public void drawnAnew(RowTag tag, int index, Drawing refused) {
        listener.variationDrawnAnew();
    }

    @Override
    public void failed(RowTag tag, int index, FailureReason reason, String message) {
        end(tag, () -> publish(tag, index, new SamplingFailure(index, reason, message)));
    }

    private void publish(RowTag tag, int index, SamplingFailure failure) {
        FailureReason reason = failure.getReason();
        String message = failure.getMessage();
        tag.work().logContext(tag.image()).run(() -> LOG.info("Variation {} failed: {} {}", index, reason, message));
        listener.failed(reason, 1);
        Span span = tag.trace().variation(index);
        ImageTrace.failed(span, reason, message);
        publish(tag, failure, span);
    }

    private void end(RowTag tag, Runnable publication) {
        writer.execute(() -> {
            try {
                if (!tag.work().unwanted()) {
                    publication.run();
                }
            } catch (RuntimeException | Error e) {
                tag.work().fail(e);
            } finally {
                tag.trace().rowEnded();
                tag.work().rowEnded();
            }
        });
    }

    @Override
    public void ticked(int rows, Duration taken) {
        listener.ticked(rows, taken);
    }

    @Override
    public void rowsLowered(int maxRows) {
        LOG.warn(
                "The device has no memory for a tick: from now on a tick takes at most {} rows. No row was lost; set"
                        + " sampler.max.rows to that, or give the device more memory",
                maxRows);
    }

    /** Writes what is waiting; returns whether that was done in time. */
    boolean stop(Duration patience) throws InterruptedException {
        writer.shutdown();
        return writer.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void publish(RowTag tag, int index, Drawing variation) {
        Provenance provenance = provenance(tag, index, variation.attempt());
        RgbImage picture = variation.picture();
        byte[] file = format.encode(
                picture,
                ProvenanceEntries.write(
                        tag.work().batch().getRequestId(), tag.image().getImageId(), provenance));
        SampledVariation made = new SampledVariation(
                index,
                new InlineImage(ByteBuffer.wrap(file), format.mediaType()),
                picture.width(),
                picture.height(),
                variation.similarity(),
                provenance,
                variation.agreement());
        // A variation that has no place to go is none.
        Object outcome = tag.work().checkIn(tag.image().getImageId(), made);
        if (outcome instanceof SamplingFailure failure) {
            publish(tag, index, failure);
            return;
        }
        listener.variationMade();
        publish(tag, outcome, tag.trace().variation(index));
    }

    /** The span ends when the outcome is durable. */
    private static void publish(RowTag tag, Object outcome, Span span) {
        Context context = tag.trace().context().with(span);
        var unused = tag.work()
                .publish(tag.image().getImageId(), outcome, context)
                .whenComplete((nothing, cause) -> {
                    if (cause != null) {
                        span.recordException(cause);
                    }
                    span.end();
                });
    }

    private static Provenance provenance(RowTag tag, int index, int attempt) {
        Guidance guidance = tag.guidance();
        return Provenance.newBuilder()
                .setSeed(tag.image().getOptions().getSeed())
                .setIndex(index)
                .setBundle(tag.bundle().bundle().name())
                .setBundleDigest(tag.bundle().bundle().digest())
                .setScheduler(tag.kind().wireName())
                .setSteps(tag.steps())
                .setGuidanceScale(guidance.scale())
                .setGuidanceFrom(guidance.from() == 0 ? null : guidance.from())
                .setGuidanceTo(guidance.to() == 1 ? null : guidance.to())
                .setGuidanceRescale(guidance.rescale() == 0 ? null : guidance.rescale())
                .setStrength(tag.strength())
                .setAttempt(attempt == 1 ? null : attempt)
                .setSourceDigest(tag.sourceDigest())
                .setEngine(tag.engine())
                .build();
    }
}
