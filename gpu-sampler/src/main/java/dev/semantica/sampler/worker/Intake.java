package dev.semantica.sampler.worker;

import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.Series;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.source.SourceException;
import dev.semantica.sampler.source.SourceImages;
import dev.semantica.sampler.source.SourceImages.SourceFile;
import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplingFailure;
import dev.semantica.schemas.SamplingOptions;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens batches: fetches and decodes every source, and gives the engines a series of rows for each. What is wrong with
 * one image ends that image alone. For one thread.
 */
final class Intake {

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final Map<String, ServedBundle> bundles;
    private final SourceImages sources;
    private final ImageDecoder decoder;
    private final RequestStates requests;
    private final InstantSource clock;
    private final WorkerListener listener;
    private final Tracer tracer;

    /** Works with the given bundles, by name; the first is the default. */
    Intake(
            Map<String, ServedBundle> bundles,
            SourceImages sources,
            ImageDecoder decoder,
            RequestStates requests,
            InstantSource clock,
            WorkerListener listener,
            Tracer tracer) {
        this.bundles = new LinkedHashMap<>(bundles);
        this.sources = sources;
        this.decoder = decoder;
        this.requests = requests;
        this.clock = clock;
        this.listener = listener;
        this.tracer = tracer;
    }

    /** Opens a batch. */
    void open(BatchInWork work) {
        for (BatchImage image : work.batch().getImages()) {
            ImageTrace trace = ImageTrace.begin(tracer, work, image, clock.instant());
            try {
                open(work, image, trace);
            } catch (Refusal e) {
                fail(work, image, trace, e.reason, e.getMessage());
            } finally {
                trace.intakeEnded();
            }
        }
    }

    /** Ends every image of a batch as failed. */
    void failAll(BatchInWork work, FailureReason reason, String message) {
        for (BatchImage image : work.batch().getImages()) {
            ImageTrace trace = ImageTrace.begin(tracer, work, image, clock.instant());
            fail(work, image, trace, reason, message);
            trace.intakeEnded();
        }
    }

    /** What a batch holds in memory while it is in work: its record and its decoded sources. */
    long bytes(SamplerBatch batch, int recordBytes) {
        long sum = recordBytes;
        for (BatchImage image : batch.getImages()) {
            ServedBundle bundle = named(image.getOptions().getBundle());
            if (bundle != null) {
                BundleManifest.Image size = bundle.manifest().image();
                sum += 3L * size.width() * size.height();
            }
        }
        return sum;
    }

    /** An image cannot be sampled. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final FailureReason reason;

        Refusal(FailureReason reason, String message) {
            super(message);
            this.reason = reason;
        }
    }

    private ServedBundle named(String name) {
        return name == null ? bundles.values().iterator().next() : bundles.get(name);
    }

    private void open(BatchInWork work, BatchImage image, ImageTrace trace) throws Refusal {
        SamplingOptions options = image.getOptions();
        ServedBundle bundle = named(options.getBundle());
        if (bundle == null) {
            throw new Refusal(
                    FailureReason.UNKNOWN_BUNDLE,
                    "Bundle '" + options.getBundle() + "' is not served here; this group of workers serves "
                            + bundles.keySet());
        }
        refuseUnwanted(work.batch(), image);
        BundleManifest.Sampling defaults = bundle.manifest().sampling();
        String scheduler = options.getScheduler() == null ? defaults.scheduler() : options.getScheduler();
        int steps = options.getSteps() == null ? defaults.steps() : options.getSteps();
        Guidance guidance = guidance(options, defaults);
        if (options.getSeed() == null
                || options.getCount() < 1
                || options.getFirstIndex() < 0
                || options.getFirstIndex() > Integer.MAX_VALUE - options.getCount()) {
            throw new Refusal(
                    FailureReason.INVALID_EVENT,
                    "A batch image needs a seed, a count of at least 1, and a first index from 0 whose last index is"
                            + " below " + Integer.MAX_VALUE + "; found seed " + options.getSeed() + ", count "
                            + options.getCount() + ", first index " + options.getFirstIndex());
        }
        SchedulerKind kind = SchedulerKind.byWireName(scheduler)
                .orElseThrow(() -> new Refusal(
                        FailureReason.UNSUPPORTED_OPTION,
                        "Scheduler '" + scheduler + "' is unknown; this bundle allows " + defaults.schedulers()));
        int attempts = attempts(options, bundle);
        StepTable table = table(bundle, kind, steps, options.getStrength());
        SourceFile source = fetch(image, trace);
        Condition known = bundle.known(source.sha256());
        boolean fromSource = options.getStrength() != null;
        RgbImage picture = known == null || fromSource ? decode(source, bundle, trace) : null;
        int device = bundle.idlest();
        RowTag tag = new RowTag(
                work,
                image,
                bundle,
                bundle.engine(device),
                source.sha256(),
                kind,
                steps,
                guidance,
                options.getStrength(),
                trace);
        trace.accepted(tag, options.getCount());
        work.expect(options.getCount());
        bundle.sample(
                device,
                new Series<>(
                        tag,
                        work.batch().getRequestId(),
                        work.batch().getPriority() == null
                                ? Priority.BULK
                                : work.batch().getPriority(),
                        image.getDeadline(),
                        () -> work.unwanted()
                                        || requests.isCancelled(work.batch().getRequestId())
                                ? FailureReason.CANCELLED
                                : null,
                        picture,
                        known,
                        table,
                        guidance,
                        fromSource,
                        options.getSeed(),
                        options.getFirstIndex(),
                        options.getCount(),
                        attempts));
    }

    private static Guidance guidance(SamplingOptions options, BundleManifest.Sampling defaults) throws Refusal {
        Guidance usual = defaults.guidance();
        double scale = options.getGuidanceScale() == null ? usual.scale() : options.getGuidanceScale();
        if (!(scale >= 0 && scale <= defaults.maxGuidanceScale())) {
            throw new Refusal(
                    FailureReason.UNSUPPORTED_OPTION,
                    "guidanceScale must be from 0 to " + defaults.maxGuidanceScale() + " with this bundle, but is "
                            + scale);
        }
        try {
            return new Guidance(
                    scale,
                    options.getGuidanceFrom() == null ? usual.from() : options.getGuidanceFrom(),
                    options.getGuidanceTo() == null ? usual.to() : options.getGuidanceTo(),
                    options.getGuidanceRescale() == null ? usual.rescale() : options.getGuidanceRescale());
        } catch (IllegalArgumentException e) {
            throw new Refusal(FailureReason.UNSUPPORTED_OPTION, e.getMessage());
        }
    }

    private static int attempts(SamplingOptions options, ServedBundle bundle) throws Refusal {
        BundleManifest.Reader reader = bundle.manifest().reader();
        int usual = reader == null ? 1 : reader.attempts();
        int attempts = options.getAttempts() == null ? usual : options.getAttempts();
        if (attempts < 1 || attempts > BundleManifest.Reader.MOST_ATTEMPTS) {
            throw new Refusal(
                    FailureReason.UNSUPPORTED_OPTION,
                    "attempts must be from 1 to " + BundleManifest.Reader.MOST_ATTEMPTS + ", but is " + attempts);
        }
        if (attempts > 1 && reader == null) {
            throw new Refusal(
                    FailureReason.UNSUPPORTED_OPTION,
                    "attempts needs the graph reader, which bundle "
                            + bundle.bundle().name() + " has not; leave attempts out, or give the bundle a reader with"
                            + " 'semantica bundles reader'");
        }
        return attempts;
    }

    private static StepTable table(ServedBundle bundle, SchedulerKind kind, int steps, Double strength) throws Refusal {
        try {
            StepTable table = bundle.bundle().tabulate(kind, steps);
            if (strength == null) {
                return table;
            }
            if (!bundle.encodesSamples()) {
                throw new IllegalArgumentException("strength needs the graph latentEncoder, which bundle "
                        + bundle.bundle().name() + " has not; leave strength out, or use another bundle");
            }
            return table.withStrength(strength);
        } catch (IllegalArgumentException e) {
            throw new Refusal(FailureReason.UNSUPPORTED_OPTION, e.getMessage());
        }
    }

    private SourceFile fetch(BatchImage image, ImageTrace trace) throws Refusal {
        Span span = trace.child("fetch", clock.instant());
        try {
            return sources.get(image.getImage());
        } catch (SourceException e) {
            throw new Refusal(e.reason(), e.getMessage());
        } finally {
            span.end(clock.instant());
        }
    }

    private RgbImage decode(SourceFile source, ServedBundle bundle, ImageTrace trace) throws Refusal {
        Span span = trace.child("decode", clock.instant());
        BundleManifest.Image size = bundle.manifest().image();
        try {
            return Resizing.cover(decoder.decode(source.bytes()), size.width(), size.height());
        } catch (ImageRejectedException e) {
            throw new Refusal(
                    e.reason() == ImageRejectedException.Reason.TOO_LARGE
                            ? FailureReason.IMAGE_TOO_LARGE
                            : FailureReason.UNREADABLE_IMAGE,
                    e.getMessage());
        } finally {
            span.end(clock.instant());
        }
    }

    /** Nobody wants the image any more. */
    private void refuseUnwanted(SamplerBatch batch, BatchImage image) throws Refusal {
        if (requests.isCancelled(batch.getRequestId())) {
            throw new Refusal(FailureReason.CANCELLED, "The request was cancelled before the variation was made");
        }
        if (image.getDeadline() != null && !clock.instant().isBefore(image.getDeadline())) {
            throw new Refusal(
                    FailureReason.DEADLINE_EXCEEDED,
                    "The deadline " + image.getDeadline() + " passed before the variation was made");
        }
    }

    private void fail(BatchInWork work, BatchImage image, ImageTrace trace, FailureReason reason, String message) {
        listener.failed(reason, Math.max(1, image.getOptions().getCount()));
        work.logContext(image).run(() -> LOG.info("The image failed: {} {}", reason, message));
        trace.failed(reason, message);
        var unused = work.publish(image.getImageId(), new SamplingFailure(null, reason, message), trace.context());
    }
}
