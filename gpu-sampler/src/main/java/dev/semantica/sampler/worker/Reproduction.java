package dev.semantica.sampler.worker;

import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.ContinuousBatch;
import dev.semantica.sampler.engine.Drawing;
import dev.semantica.sampler.engine.EngineConfig;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.engine.RowListener;
import dev.semantica.sampler.engine.Series;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.source.SourceException;
import dev.semantica.sampler.source.SourceImages;
import dev.semantica.sampler.source.SourceImages.SourceFile;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.Provenance;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Makes one variation again, alone, from its provenance and its source. */
public final class Reproduction {

    private Reproduction() {}

    /**
     * Samples the variation.
     *
     * @param bundle the bundle that the provenance names
     * @param source the source image file
     * @throws IllegalArgumentException if bundle or source are not the ones that it was made with
     * @throws ImageRejectedException if the source cannot be decoded
     */
    public static RgbImage run(LoadedBundle bundle, ImageDecoder decoder, byte[] source, Provenance provenance)
            throws ImageRejectedException {
        if (!bundle.bundle().digest().equals(provenance.getBundleDigest())) {
            throw new IllegalArgumentException("The variation was made with bundle " + provenance.getBundle()
                    + " of digest " + provenance.getBundleDigest() + ", this bundle is "
                    + bundle.bundle().name() + " of digest "
                    + bundle.bundle().digest() + "; name the right one with --bundle");
        }
        SourceFile file;
        try {
            file = new SourceImages(List.of(), source.length).get(new InlineImage(ByteBuffer.wrap(source), null));
        } catch (SourceException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!file.sha256().equals(provenance.getSourceDigest())) {
            throw new IllegalArgumentException("The variation was made of a source with SHA-256 "
                    + provenance.getSourceDigest() + ", this source has " + file.sha256()
                    + "; name the right one with --source");
        }
        SchedulerKind kind = SchedulerKind.byWireName(provenance.getScheduler())
                .orElseThrow(() -> new IllegalArgumentException(
                        "Scheduler " + provenance.getScheduler() + " is unknown to this version"));
        StepTable table = bundle.bundle().tabulate(kind, provenance.getSteps());
        boolean fromSource = provenance.getStrength() != null;
        BundleManifest.Image size = bundle.bundle().manifest().image();
        List<RgbImage> made = new ArrayList<>();
        ContinuousBatch<String> batch =
                new ContinuousBatch<>(bundle, new EngineConfig(1, 0), InstantSource.system(), new Only(made));
        batch.add(new Series<>(
                "variation",
                "reproduce",
                Priority.INTERACTIVE,
                null,
                () -> null,
                Resizing.cover(decoder.decode(file.bytes()), size.width(), size.height()),
                null,
                fromSource ? table.withStrength(provenance.getStrength()) : table,
                guidance(provenance),
                fromSource,
                Series.seedOf(provenance.getSeed(), provenance.getAttempt() == null ? 1 : provenance.getAttempt()),
                provenance.getIndex(),
                1,
                1));
        while (!batch.idle()) {
            batch.tick();
        }
        return made.get(0);
    }

    private static Guidance guidance(Provenance provenance) {
        return new Guidance(
                provenance.getGuidanceScale(),
                provenance.getGuidanceFrom() == null ? 0 : provenance.getGuidanceFrom(),
                provenance.getGuidanceTo() == null ? 1 : provenance.getGuidanceTo(),
                provenance.getGuidanceRescale() == null ? 0 : provenance.getGuidanceRescale());
    }

    private record Only(List<RgbImage> made) implements RowListener<String> {
        @Override
        public void finished(String tag, int index, Drawing variation) {
            made.add(variation.picture());
        }

        @Override
        public void failed(String tag, int index, FailureReason reason, String message) {
            throw new IllegalArgumentException(message);
        }
    }
}
