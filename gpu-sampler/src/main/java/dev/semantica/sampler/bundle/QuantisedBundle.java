package dev.semantica.sampler.bundle;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
     * Writes it. It comes to its place whole or not at all.
     *
     * @param from the bundle
     * @param directory where the new one is to be; must not exist yet
     * @param name what requests call the new one
     * @param check asked before it comes to its place
     * @throws BundleException if its denoiser cannot be quantised, or the check refuses what was made
     */
    public static QuantisedBundle write(Bundle from, Path directory, String name, BundleCheck check)
            throws IOException, BundleException {
        Path file = from.graphFile(DENOISER).orElseThrow();
        RowwiseInt8.Result quantised;
        try {
            quantised = RowwiseInt8.quantise(OnnxModel.read(file));
        } catch (OnnxFormatException e) {
            throw new BundleException(List.of(file + " cannot be quantised: " + e.getMessage()));
        }
        BundleManifest manifest = from.manifest();
        BundleManifest.Graph denoiser = manifest.graphs().get(DENOISER);
        try (DraftFolder draft = DraftFolder.beside(directory)) {
            BundleWriter writer = Bundle.writer(draft.folder());
            writer.copy(from, Set.of(DENOISER));
            for (BundleManifest.DataFile data : denoiser.dataFiles()) {
                writer.add(data.file(), from.directory().resolve(data.file()));
            }
            BundleManifest.Graph graph = new BundleManifest.Graph(
                    denoiser.file(),
                    writer.add(denoiser.file(), quantised.model()),
                    denoiser.inputs(),
                    denoiser.outputs(),
                    denoiser.data());
            writer.finish(manifest.withInt8Denoiser(
                    name,
                    graph,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("of", from.digest())
                            .put("products", quantised.products())));
            check.check(draft.folder());
            draft.put();
        }
        return new QuantisedBundle(
                directory, quantised.products(), Files.size(file), Files.size(directory.resolve(denoiser.file())));
    }
}
