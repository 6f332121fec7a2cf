package dev.semantica.training.export;

import ai.djl.ndarray.NDManager;
import dev.semantica.onnx.FloatTensor;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.Standardisation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A bundle that was exported here, as the start of more training of its networks. */
public final class BundleStart {

    private BundleStart() {}

    /**
     * Takes a bundle's denoiser over into a network of the same shape, or of one that has grown from it, and makes sure that
     * both compute the same.
     *
     * @throws ExportException if the bundle's denoiser is not of this network's shape, or computes something else
     * @throws IOException if it cannot be read
     */
    public static void load(Bundle bundle, ImageDenoiser denoiser, NDManager manager) throws IOException {
        Path file = bundle.graphFile("denoiser").orElseThrow();
        OnnxModel model = OnnxModel.read(file);
        try {
            denoiser.startFrom(model.floats(), bundle.unconditional());
            int channels = bundle.manifest().sample().shape().get(0);
            new NetworkGraphs(manager).check(model, denoiser, channels);
        } catch (IllegalArgumentException | ExportException e) {
            throw unlike(file, "denoiser", e);
        }
    }

    /**
     * Takes a bundle's autoencoder over into a network of the same shape, or of one that has grown from it, and makes sure
     * that both compute the same.
     *
     * @return how the bundle's latents are standardised, which may be fewer channels than the network has
     * @throws ExportException if the bundle has no autoencoder, or one that is not of this network's shape, or computes
     *     something else
     * @throws IOException if it cannot be read
     */
    public static Standardisation load(Bundle bundle, Autoencoder autoencoder, NDManager manager) throws IOException {
        Optional<Path> encoder = bundle.graphFile("latentEncoder");
        Optional<Path> decoder = bundle.graphFile("decoder");
        if (encoder.isEmpty() || decoder.isEmpty()) {
            throw new ExportException(
                    "Training cannot start from " + bundle.directory() + " with denoiser.space: latent: it must hold a"
                            + " latentEncoder and a decoder, and has "
                            + bundle.manifest().graphs().keySet());
        }
        try {
            OnnxModel encoding = OnnxModel.read(encoder.get());
            OnnxModel decoding = OnnxModel.read(decoder.get());
            Map<String, FloatTensor> written = new HashMap<>(encoding.floats());
            written.putAll(decoding.floats());
            autoencoder.startFrom(written);
            Standardisation standardisation = Standardisation.written(encoding.floats());
            NetworkGraphs graphs = new NetworkGraphs(manager);
            graphs.checkLatentEncoder(encoding, autoencoder, standardisation);
            graphs.checkDecoder(decoding, autoencoder, standardisation);
            return standardisation;
        } catch (IllegalArgumentException | ExportException e) {
            throw unlike(bundle.directory(), "autoencoder", e);
        }
    }

    /**
     * Takes the encoder of a bundle over into a network of the same shape, and makes sure that both compute the same.
     *
     * @param graph of an encoder that was trained here
     * @param key of the run's file that names it
     * @throws ExportException if the encoder is not of this network's shape, or computes something else
     * @throws IOException if the graph cannot be read
     */
    public static void load(ConditionEncoder graph, String key, PageEncoder encoder, NDManager manager)
            throws IOException {
        try {
            encoder.startFrom(graph.model().floats());
            new NetworkGraphs(manager).check(graph.model(), encoder);
        } catch (IllegalArgumentException | ExportException e) {
            throw new ExportException(key + " is not an encoder of the shape of encoder.model: " + e.getMessage(), e);
        }
    }

    private static ExportException unlike(Path place, String part, Exception why) {
        return new ExportException(
                "Training cannot start from " + place + "; the run's " + part + " must have the shape of the bundle's,"
                        + " which its bundle.json tells below training.configuration." + part + ".model: "
                        + why.getMessage(),
                why);
    }
}
