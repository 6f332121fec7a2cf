package dev.semantica.sampler.onnx;

import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** The bundle that the project ships, for tests. */
public final class PagesLab {

    public static final Path DIRECTORY = Path.of("..", "models", "pages-lab");

    private PagesLab() {}

    public static OnnxBundle load(int threads) throws BundleException {
        return OnnxBundle.load(Bundle.read(DIRECTORY), ExecutionProvider.cpu(threads));
    }

    public static OnnxBundle load(ExecutionProvider provider, OnnxBundle.TickPath path) throws BundleException {
        return OnnxBundle.load(Bundle.read(DIRECTORY), provider, path);
    }

    public static byte[] exampleFile(String name) throws IOException {
        return Files.readAllBytes(DIRECTORY.resolve("examples").resolve(name));
    }

    public static RgbImage example(String name) throws IOException, ImageRejectedException {
        return new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system()).decode(exampleFile(name));
    }
}
