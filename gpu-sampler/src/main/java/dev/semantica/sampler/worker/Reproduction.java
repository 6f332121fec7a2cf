package dev.semantica.sampler.worker;

import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.sampler.engine.EngineException;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.engine.RowListener;
import dev.semantica.sampler.engine.RowRequest;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.source.SourceException;
import dev.semantica.sampler.source.SourceImages;
import dev.semantica.sampler.source.SourceImages.SourceFile;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Provenance;
import java.nio.ByteBuffer;
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
        ServedBundle served = new ServedBundle(bundle, 1, decoder, new TokenCache(0));
        SchedulerKind kind = SchedulerKind.byWireName(provenance.getScheduler())
                .orElseThrow(() -> new IllegalArgumentException(
                        "Scheduler " + provenance.getScheduler() + " is unknown to this version"));
        List<RgbImage> made = new ArrayList<>();
        served.sampler()
                .sample(
                        List.of(new RowRequest<>(
                                "variation",
                                served.condition(file),
                                bundle.bundle().tabulate(kind, provenance.getSteps()),
                                provenance.getGuidanceScale(),
                                provenance.getSeed(),
                                provenance.getIndex(),
                                () -> null)),
                        new Only(made));
        return made.get(0);
    }

    private record Only(List<RgbImage> made) implements RowListener<String, Object> {
        @Override
        public void finished(String tag, RgbImage variation, Double similarity) {
            made.add(variation);
        }

        @Override
        public void givenUp(String tag, Object reason) {
            throw new IllegalStateException("Nobody gives this row up");
        }

        @Override
        public void notFinite(String tag, String cause) {
            throw new IllegalArgumentException(cause);
        }

        @Override
        public void failed(String tag, EngineException cause) {
            throw cause;
        }
    }
}
