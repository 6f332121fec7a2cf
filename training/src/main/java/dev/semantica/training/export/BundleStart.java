package dev.semantica.training.export;

import ai.djl.ndarray.NDManager;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.training.network.ImageDenoiser;
import java.io.IOException;
import java.nio.file.Path;

/** A bundle that was exported here, as the start of more training of its denoiser. */
public final class BundleStart {

    private BundleStart() {}

    /**
     * Takes a bundle's denoiser over into a network of the same shape, and makes sure that both compute the same.
     *
     * @throws ExportException if the bundle's denoiser is not of this network's shape, or computes something else
     * @throws IOException if it cannot be read
     */
    public static void load(Bundle bundle, ImageDenoiser denoiser, NDManager manager) throws IOException {
        Path file = bundle.graphFile("denoiser").orElseThrow();
        OnnxModel model = OnnxModel.read(file);
        try {
            denoiser.startFrom(model.floats(), bundle.unconditional());
            new NetworkGraphs(manager).check(model, denoiser);
        } catch (IllegalArgumentException | ExportException e) {
            throw new ExportException(
                    "Training cannot start from " + file + "; the run's denoiser must have the shape of the bundle's,"
                            + " which its bundle.json tells below training.configuration.denoiser.model: "
                            + e.getMessage(),
                    e);
        }
    }
}
