package dev.semantica.sampler.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.onnx.OnnxFormatException;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.stream.Stream;

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

    /** Another denoiser, made of the one that is there. */
    public interface Alteration {
        OnnxModel of(OnnxModel denoiser) throws OnnxFormatException;
    }

    /** Copies the bundle into a folder that is not there yet, with another denoiser. */
    public static void copy(Path folder, Alteration alteration) throws Exception {
        Files.createDirectory(folder);
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path denoiser = folder.resolve("denoiser.onnx");
        byte[] graph = alteration.of(OnnxModel.read(denoiser)).bytes();
        Files.write(denoiser, graph);
        ObjectMapper json = new ObjectMapper();
        File file = folder.resolve("bundle.json").toFile();
        JsonNode manifest = json.readTree(file);
        ((ObjectNode) manifest.at("/graphs/denoiser"))
                .put(
                        "sha256",
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(graph)));
        json.writeValue(file, manifest);
    }

    public static byte[] exampleFile(String name) throws IOException {
        return Files.readAllBytes(DIRECTORY.resolve("examples").resolve(name));
    }

    public static RgbImage example(String name) throws IOException, ImageRejectedException {
        return new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system()).decode(exampleFile(name));
    }
}
