package dev.semantica.evaluation.feature;

import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What makes feature vectors of pictures. {@link #encode} is for one thread at a time, the rest for many. */
public interface FeatureEncoder extends AutoCloseable {

    /** What reports call it. */
    String name();

    /**
     * SHA-256 over all that decides which features a picture gets: graph, weights beside it, preprocessing and pooling.
     * Features may be kept under it.
     */
    String digest();

    /** The prepared pictures' width in pixels. */
    int width();

    /** The prepared pictures' height in pixels. */
    int height();

    /** Brings a picture of any size to the encoder's, in the encoder's own way. */
    default RgbImage prepare(RgbImage picture) {
        return Resizing.cover(picture, width(), height());
    }

    /**
     * Feature vectors, all of one length and finite.
     *
     * @param pictures prepared, so {@link #width} by {@link #height}
     * @throws EncoderOutputException if the encoder does not give what it promised
     */
    List<double[]> encode(List<RgbImage> pictures);

    @Override
    void close();

    /**
     * The encoder of a bundle that stays the caller's to close.
     *
     * @param pooling null for the tensor that the manifest names for similarity, else the mean over the tokens
     * @throws BundleException if the bundle's condition has no such vector
     */
    static FeatureEncoder ofBundle(LoadedBundle bundle, Pooling pooling) throws BundleException {
        return BundleFeatures.of(bundle, pooling, () -> {});
    }

    /**
     * Opens an encoder: that of a bundle, or an image encoder that was exported to ONNX by itself.
     *
     * @param place a bundle's directory, or an ONNX file or a folder with one, preprocessor_config.json beside it
     * @param pooling null for a default that suits the graph
     * @param threads that the runtime computes with, at least 1
     * @throws BundleException with all that is wrong
     */
    static FeatureEncoder open(Path place, Pooling pooling, int threads) throws BundleException {
        ExecutionProvider provider = ExecutionProvider.cpu(threads);
        if (!Files.isRegularFile(place.resolve(Bundle.MANIFEST))) {
            return ExportedFeatures.open(place, pooling, provider);
        }
        OnnxBundle bundle = OnnxBundle.load(Bundle.read(place), provider);
        try {
            return BundleFeatures.of(bundle, pooling, bundle::close);
        } catch (BundleException | RuntimeException e) {
            bundle.close();
            throw e;
        }
    }
}
