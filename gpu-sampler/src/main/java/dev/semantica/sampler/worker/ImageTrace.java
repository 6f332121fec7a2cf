package dev.semantica.sampler.worker;

import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.SamplerBatch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The spans of one image in a worker: what it waited, was fetched, decoded and sampled. They continue the trace that the
 * image event brought; without one they begin a trace. With a tracer that does nothing, contexts pass through unchanged.
 * For several threads.
 */
final class ImageTrace {

    private static final String EVENT = "traceparent";
    private static final TextMapGetter<BatchImage> HEADER =
            (image, key) -> image != null && key.equals(EVENT) ? image.getTraceparent() : null;
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> TOPIC = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> PARTITION = AttributeKey.stringKey("messaging.destination.partition.id");
    private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> REQUEST = AttributeKey.stringKey("semantica.request.id");
    private static final AttributeKey<String> IMAGE = AttributeKey.stringKey("semantica.image.id");
    private static final AttributeKey<String> BATCH = AttributeKey.stringKey("semantica.batch.id");
    private static final AttributeKey<Long> DELIVERY = AttributeKey.longKey("semantica.delivery.count");
    private static final AttributeKey<Long> VARIATIONS = AttributeKey.longKey("semantica.variations");
    private static final AttributeKey<String> BUNDLE = AttributeKey.stringKey("semantica.bundle");
    private static final AttributeKey<String> SCHEDULER = AttributeKey.stringKey("semantica.scheduler");
    private static final AttributeKey<Long> STEPS = AttributeKey.longKey("semantica.steps");
    private static final AttributeKey<Double> GUIDANCE = AttributeKey.doubleKey("semantica.guidance.scale");
    private static final AttributeKey<Long> INDEX = AttributeKey.longKey("semantica.index");

    private final Tracer tracer;
    private final Span span;
    private final Context context;
    private final Instant begun;
    private final AtomicInteger open = new AtomicInteger(1);

    private ImageTrace(Tracer tracer, Span span, Context parent, Instant begun) {
        this.tracer = tracer;
        this.span = span;
        this.context = parent.with(span);
        this.begun = begun;
    }

    /** Begins with what a delivery says of an image; the time that its batch waited is a span of its own. */
    static ImageTrace begin(Tracer tracer, BatchInWork work, BatchImage image, Instant now) {
        SamplerBatch batch = work.batch();
        Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), image, HEADER);
        Span span = tracer.spanBuilder("process " + work.delivery().topic())
                .setParent(parent)
                .setSpanKind(SpanKind.CONSUMER)
                .setStartTimestamp(now)
                .setAttribute(SYSTEM, "kafka")
                .setAttribute(OPERATION, "process")
                .setAttribute(TOPIC, work.delivery().topic())
                .setAttribute(PARTITION, Integer.toString(work.delivery().partition()))
                .setAttribute(OFFSET, work.delivery().offset())
                .setAttribute(REQUEST, batch.getRequestId())
                .setAttribute(IMAGE, image.getImageId())
                .setAttribute(BATCH, batch.getBatchId())
                .setAttribute(DELIVERY, (long) work.delivery().deliveryCount())
                .setAttribute(VARIATIONS, (long) image.getOptions().getCount())
                .startSpan();
        ImageTrace trace = new ImageTrace(tracer, span, parent, now);
        trace.child("wait in queue", batch.getCreatedAt()).end(now);
        return trace;
    }

    /** The context in which the image is worked on. */
    Context context() {
        return context;
    }

    /** A part of the work that begins at a time. */
    Span child(String name, Instant start) {
        return tracer.spanBuilder(name)
                .setParent(context)
                .setStartTimestamp(start)
                .startSpan();
    }

    /** Says how the image is sampled, and that so many rows will each call {@link #rowEnded}. */
    void accepted(RowTag tag, int rows) {
        span.setAttribute(BUNDLE, tag.bundle().bundle().name())
                .setAttribute(SCHEDULER, tag.kind().wireName())
                .setAttribute(STEPS, (long) tag.steps())
                .setAttribute(GUIDANCE, tag.guidance().scale());
        open.addAndGet(rows);
    }

    /** The encoder is done with the image. */
    void encoded() {
        span.addEvent("encoded");
    }

    /** The span of a variation that has ended, from when the image was taken until its caller ends it. */
    Span variation(int index) {
        return child("sample", begun).setAttribute(INDEX, (long) index);
    }

    /** Marks a span as failed. */
    static void failed(Span span, FailureReason reason, String message) {
        span.setStatus(StatusCode.ERROR, message).setAttribute(ERROR, reason.name());
    }

    /** Marks the image as failed. */
    void failed(FailureReason reason, String message) {
        failed(span, reason, message);
    }

    /** A row has ended. */
    void rowEnded() {
        finish();
    }

    /** The intake is done with the image. */
    void intakeEnded() {
        finish();
    }

    private void finish() {
        if (open.decrementAndGet() == 0) {
            span.end();
        }
    }
}
