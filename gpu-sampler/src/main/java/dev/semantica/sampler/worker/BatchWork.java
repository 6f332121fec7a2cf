package dev.semantica.sampler.worker;

import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.EngineException;
import dev.semantica.sampler.engine.RowListener;
import dev.semantica.sampler.engine.RowRequest;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.source.SourceException;
import dev.semantica.sampler.source.SourceImages;
import dev.semantica.sampler.source.SourceImages.SourceFile;
import dev.semantica.schemas.BatchImage;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Provenance;
import dev.semantica.schemas.SampledVariation;
import dev.semantica.schemas.SamplerBatch;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.SamplingFailure;
import dev.semantica.schemas.SamplingOptions;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Works on batches: every variation of every image ends as one result. What is wrong with one image ends that image
 * alone. For one thread.
 */
final class BatchWork {

    private final Map<String, ServedBundle> bundles;
    private final SourceImages sources;
    private final RequestStates requests;
    private final Results results;
    private final ImageEncoder format;
    private final InstantSource clock;
    private final WorkerListener listener;

    /** Works with the given bundles, by name; the first is the default. */
    BatchWork(
            Map<String, ServedBundle> bundles,
            SourceImages sources,
            RequestStates requests,
            Results results,
            ImageEncoder format,
            InstantSource clock,
            WorkerListener listener) {
        this.bundles = new LinkedHashMap<>(bundles);
        this.sources = sources;
        this.requests = requests;
        this.results = results;
        this.format = format;
        this.clock = clock;
        this.listener = listener;
    }

    /** Samples a batch and publishes its results. */
    void sample(SamplerBatch batch) {
        Map<ServedBundle, List<RowRequest<Tag, FailureReason>>> rows = new LinkedHashMap<>();
        for (BatchImage image : batch.getImages()) {
            try {
                ServedBundle bundle = bundle(image.getOptions().getBundle());
                rows.computeIfAbsent(bundle, served -> new ArrayList<>()).addAll(rows(batch, image, bundle));
            } catch (Refusal e) {
                fail(batch, image.getImageId(), null, e.reason, e.getMessage());
            }
        }
        rows.forEach((bundle, requested) -> bundle.sampler().sample(requested, new Publisher(bundle)));
    }

    /** Ends every image of a batch as failed. */
    void failAll(SamplerBatch batch, FailureReason reason, String message) {
        batch.getImages().forEach(image -> fail(batch, image.getImageId(), null, reason, message));
    }

    /** What is known of a row when it ends. */
    private record Tag(
            SamplerBatch batch,
            BatchImage image,
            int index,
            String sourceDigest,
            SchedulerKind kind,
            int steps,
            double guidance) {}

    /** An image cannot be sampled. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final FailureReason reason;

        Refusal(FailureReason reason, String message) {
            super(message);
            this.reason = reason;
        }
    }

    private ServedBundle bundle(String name) throws Refusal {
        ServedBundle bundle = name == null ? bundles.values().iterator().next() : bundles.get(name);
        if (bundle == null) {
            throw new Refusal(
                    FailureReason.UNKNOWN_BUNDLE,
                    "Bundle '" + name + "' is not served here; this group of workers serves " + bundles.keySet());
        }
        return bundle;
    }

    private List<RowRequest<Tag, FailureReason>> rows(SamplerBatch batch, BatchImage image, ServedBundle bundle)
            throws Refusal {
        FailureReason tooLate = givenUp(batch, image);
        if (tooLate != null) {
            throw new Refusal(tooLate, explain(tooLate, image));
        }
        SamplingOptions options = image.getOptions();
        BundleManifest.Sampling defaults = bundle.loaded().bundle().manifest().sampling();
        String scheduler = options.getScheduler() == null ? defaults.scheduler() : options.getScheduler();
        int steps = options.getSteps() == null ? defaults.steps() : options.getSteps();
        double guidance = options.getGuidanceScale() == null ? defaults.guidanceScale() : options.getGuidanceScale();
        if (!(guidance >= 0 && guidance <= defaults.maxGuidanceScale())) {
            throw new Refusal(
                    FailureReason.UNSUPPORTED_OPTION,
                    "guidanceScale must be from 0 to " + defaults.maxGuidanceScale() + " with this bundle, but is "
                            + guidance);
        }
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
        StepTable table;
        try {
            table = bundle.loaded().bundle().tabulate(kind, steps);
        } catch (IllegalArgumentException e) {
            throw new Refusal(FailureReason.UNSUPPORTED_OPTION, e.getMessage());
        }
        SourceFile source;
        Condition condition;
        try {
            source = sources.get(image.getImage());
            condition = bundle.condition(source);
        } catch (SourceException e) {
            throw new Refusal(e.reason(), e.getMessage());
        } catch (ImageRejectedException e) {
            throw new Refusal(
                    e.reason() == ImageRejectedException.Reason.TOO_LARGE
                            ? FailureReason.IMAGE_TOO_LARGE
                            : FailureReason.UNREADABLE_IMAGE,
                    e.getMessage());
        } catch (EngineException e) {
            throw new Refusal(FailureReason.ENGINE_ERROR, e.getMessage());
        }
        List<RowRequest<Tag, FailureReason>> rows = new ArrayList<>();
        for (int index = options.getFirstIndex(); index < options.getFirstIndex() + options.getCount(); index++) {
            rows.add(new RowRequest<>(
                    new Tag(batch, image, index, source.sha256(), kind, steps, guidance),
                    condition,
                    table,
                    guidance,
                    options.getSeed(),
                    index,
                    () -> givenUp(batch, image)));
        }
        return rows;
    }

    /** Why nobody wants an image any more; null if someone does. */
    private FailureReason givenUp(SamplerBatch batch, BatchImage image) {
        if (requests.isCancelled(batch.getRequestId())) {
            return FailureReason.CANCELLED;
        }
        boolean late = image.getDeadline() != null && !clock.instant().isBefore(image.getDeadline());
        return late ? FailureReason.DEADLINE_EXCEEDED : null;
    }

    private static String explain(FailureReason reason, BatchImage image) {
        return reason == FailureReason.CANCELLED
                ? "The request was cancelled before the variation was made"
                : "The deadline " + image.getDeadline() + " passed before the variation was made";
    }

    private void fail(SamplerBatch batch, String imageId, Integer index, FailureReason reason, String message) {
        listener.failed(reason);
        publish(batch, imageId, new SamplingFailure(index, reason, message));
    }

    private void publish(SamplerBatch batch, String imageId, Object outcome) {
        results.publish(
                batch.getOriginPartition(),
                new SamplerResult(batch.getRequestId(), imageId, batch.getBatchId(), outcome));
    }

    /** Publishes each row as it ends. */
    private final class Publisher implements RowListener<Tag, FailureReason> {
        private final ServedBundle bundle;

        Publisher(ServedBundle bundle) {
            this.bundle = bundle;
        }

        @Override
        public void finished(Tag tag, RgbImage variation, Double similarity) {
            Provenance provenance = Provenance.newBuilder()
                    .setSeed(tag.image().getOptions().getSeed())
                    .setIndex(tag.index())
                    .setBundle(bundle.loaded().bundle().name())
                    .setBundleDigest(bundle.loaded().bundle().digest())
                    .setScheduler(tag.kind().wireName())
                    .setSteps(tag.steps())
                    .setGuidanceScale(tag.guidance())
                    .setSourceDigest(tag.sourceDigest())
                    .setEngine(bundle.loaded().engine())
                    .build();
            byte[] file = format.encode(
                    variation,
                    ProvenanceEntries.write(
                            tag.batch().getRequestId(), tag.image().getImageId(), provenance));
            listener.variationMade();
            publish(
                    tag.batch(),
                    tag.image().getImageId(),
                    new SampledVariation(
                            tag.index(),
                            new InlineImage(ByteBuffer.wrap(file), format.mediaType()),
                            variation.width(),
                            variation.height(),
                            similarity,
                            provenance));
        }

        @Override
        public void givenUp(Tag tag, FailureReason reason) {
            fail(tag.batch(), tag.image().getImageId(), tag.index(), reason, explain(reason, tag.image()));
        }

        @Override
        public void notFinite(Tag tag, String cause) {
            fail(tag.batch(), tag.image().getImageId(), tag.index(), FailureReason.NOT_FINITE, cause);
        }

        @Override
        public void failed(Tag tag, EngineException cause) {
            fail(tag.batch(), tag.image().getImageId(), tag.index(), FailureReason.ENGINE_ERROR, cause.getMessage());
        }
    }
}
