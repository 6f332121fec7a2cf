package dev.semantica.training.export;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.bundle.DraftFolder;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.Standardisation;
import dev.semantica.training.objective.NoiseTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Writes a bundle: every graph, compared with its network to 1e-4 on random inputs; the empty condition; the manifest. It
 * is written beside its place, loaded there as a sampler would load it, and moved only then; so a bundle is either whole
 * or absent.
 */
public final class BundleExport {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

    private final NDManager manager;

    /** Computes on that manager's device; what it allocates there it frees again. */
    public BundleExport(NDManager manager) {
        this.manager = manager;
    }

    /**
     * Writes the bundle of a denoiser of latents.
     *
     * @param directory where it shall lie; must not exist
     * @throws ExportException if it exists, a graph differs from its network, or the bundle cannot be loaded
     * @throws IOException if it cannot be written
     */
    public Bundle latent(
            Path directory,
            BundleDescription description,
            ConditionEncoder encoder,
            ImageDenoiser denoiser,
            Autoencoder autoencoder,
            Standardisation standardisation)
            throws IOException {
        NetworkGraphs graphs = new NetworkGraphs(manager);
        Map<String, OnnxModel> models = new LinkedHashMap<>();
        models.put("encoder", encoder.model());
        models.put("denoiser", graphs.denoiser(denoiser));
        models.put("decoder", graphs.decoder(autoencoder, standardisation));
        models.put("latentEncoder", graphs.latentEncoder(autoencoder, standardisation));
        return write(directory, description, encoder.side(), denoiser, models);
    }

    /**
     * Writes the bundle of a denoiser of pixels.
     *
     * @param directory where it shall lie; must not exist
     * @throws ExportException if it exists, a graph differs from its network, or the bundle cannot be loaded
     * @throws IOException if it cannot be written
     */
    public Bundle pixel(Path directory, BundleDescription description, ConditionEncoder encoder, ImageDenoiser denoiser)
            throws IOException {
        Map<String, OnnxModel> models = new LinkedHashMap<>();
        models.put("encoder", encoder.model());
        models.put("denoiser", new NetworkGraphs(manager).denoiser(denoiser));
        return write(directory, description, encoder.side(), denoiser, models);
    }

    private Bundle write(
            Path directory,
            BundleDescription description,
            int side,
            ImageDenoiser denoiser,
            Map<String, OnnxModel> models)
            throws IOException {
        try (DraftFolder folder = DraftFolder.beside(directory)) {
            Path draft = folder.folder();
            Map<String, BundleManifest.Graph> graphs = new LinkedHashMap<>();
            for (Map.Entry<String, OnnxModel> model : models.entrySet()) {
                graphs.put(model.getKey(), graph(draft, model.getKey(), model.getValue()));
            }
            ImageDenoiserConfig config = denoiser.config();
            byte[] empty = JSON.writeValueAsBytes(emptyCondition(denoiser));
            Files.write(draft.resolve("unconditional.json"), empty);
            BundleManifest manifest = new BundleManifest(
                    1,
                    description.name(),
                    description.description(),
                    description.licence(),
                    new BundleManifest.Image(side, side, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5)),
                    new BundleManifest.Sample(
                            models.containsKey("decoder") ? "latent" : "pixel",
                            List.of(config.channels(), config.side(), config.side())),
                    List.of(
                            new BundleManifest.Tensor("tokens", List.of(config.tokens(), config.tokenWidth())),
                            new BundleManifest.Tensor("pooled", List.of(config.pooledWidth()))),
                    "pooled",
                    graphs,
                    new BundleManifest.DataFile("unconditional.json", DigestUtils.sha256Hex(empty)),
                    "v_prediction",
                    new BundleManifest.Schedule(
                            "cosine", NoiseTimes.LATEST, description.shift(), null, null, null, null, null, null),
                    description.sampling(),
                    description.training(),
                    null,
                    null,
                    null);
            Files.write(draft.resolve(Bundle.MANIFEST), JSON.writeValueAsBytes(manifest));
            OnnxBundle.verify(draft);
            return Bundle.read(folder.put());
        } catch (BundleException e) {
            throw new ExportException("The exported bundle cannot be loaded:\n" + e.getMessage(), e);
        }
    }

    private static BundleManifest.Graph graph(Path draft, String role, OnnxModel model) throws IOException {
        String file = role.equals("latentEncoder") ? "latent_encoder.onnx" : role + ".onnx";
        byte[] bytes = model.bytes();
        Files.write(draft.resolve(file), bytes);
        Map<String, String> condition = new LinkedHashMap<>();
        condition.put("tokens", "tokens");
        condition.put("pooled", "pooled");
        Map<String, String> pixels = Map.of("pixels", "pixels");
        Map<String, String> sample = Map.of("sample", "latents");
        Map<String, String> noisy = new LinkedHashMap<>();
        noisy.put("sample", "latents");
        noisy.put("timestep", "timestep");
        noisy.putAll(condition);
        Map<String, String> velocity = Map.of("prediction", "velocity");
        return switch (role) {
            case "encoder" -> new BundleManifest.Graph(file, DigestUtils.sha256Hex(bytes), pixels, condition, null);
            case "denoiser" -> new BundleManifest.Graph(file, DigestUtils.sha256Hex(bytes), noisy, velocity, null);
            case "decoder" -> new BundleManifest.Graph(file, DigestUtils.sha256Hex(bytes), sample, pixels, null);
            default -> new BundleManifest.Graph(file, DigestUtils.sha256Hex(bytes), pixels, sample, null);
        };
    }

    private static Map<String, Object> emptyCondition(ImageDenoiser denoiser) {
        ImageDenoiserConfig config = denoiser.config();
        Map<String, List<Integer>> shapes = Map.of(
                "tokens", List.of(config.tokens(), config.tokenWidth()), "pooled", List.of(config.pooledWidth()));
        Map<String, Object> tensors = new LinkedHashMap<>();
        denoiser.emptyCondition().forEach((name, values) -> {
            Map<String, Object> tensor = new LinkedHashMap<>();
            tensor.put("shape", shapes.get(name));
            tensor.put("values", values);
            tensors.put(name, tensor);
        });
        return tensors;
    }
}
