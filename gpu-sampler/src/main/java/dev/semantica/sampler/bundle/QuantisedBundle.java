package dev.semantica.sampler.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.onnx.OnnxFormatException;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.RowwiseInt8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Makes a bundle whose denoiser multiplies 8-bit integers ({@link RowwiseInt8}); everything else is the other bundle's.
 *
 * @param directory the new bundle
 * @param products number of products that are of integers now
 * @param bytesBefore size of the denoiser
 * @param bytesAfter size of the new one
 */
public record QuantisedBundle(Path directory, int products, long bytesBefore, long bytesAfter) {

    private static final String DENOISER = "denoiser";

    /**
     * Writes it.
     *
     * @param from the bundle
     * @param directory where the new one is to be: an empty directory, or none
     * @param name what requests call the new one
     * @throws BundleException if its denoiser cannot be quantised
     */
    public static QuantisedBundle write(Bundle from, Path directory, String name) throws IOException, BundleException {
        Path file = from.graphFile(DENOISER).orElseThrow();
        RowwiseInt8.Result quantised;
        try {
            quantised = RowwiseInt8.quantise(OnnxModel.read(file));
        } catch (OnnxFormatException e) {
            throw new BundleException(List.of(file + " cannot be quantised: " + e.getMessage()));
        }
        BundleWriter writer = Bundle.writer(directory);
        BundleManifest manifest = from.manifest();
        writer.copy(from, Set.of(DENOISER));
        BundleManifest.Graph denoiser = manifest.graphs().get(DENOISER);
        for (BundleManifest.DataFile data : denoiser.dataFiles()) {
            writer.add(data.file(), from.directory().resolve(data.file()));
        }
        BundleManifest.Graph graph = new BundleManifest.Graph(
                denoiser.file(),
                writer.add(denoiser.file(), quantised.model()),
                denoiser.inputs(),
                denoiser.outputs(),
                denoiser.data());
        writer.finish(manifest.withDenoiser(name, graph, training(from, quantised.products())));
        return new QuantisedBundle(
                directory, quantised.products(), Files.size(file), Files.size(directory.resolve(denoiser.file())));
    }

    private static JsonNode training(Bundle from, int products) {
        ObjectNode training = JsonNodeFactory.instance.objectNode();
        if (from.manifest().training() instanceof ObjectNode known) {
            training.setAll(known);
        }
        training.putObject("int8").put("of", from.digest()).put("products", products);
        return training;
    }
}
