package dev.semantica.training.export;

import dev.semantica.onnx.OnnxFormatException;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.TensorType;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.diffusers.ImageEncoderExport;
import dev.semantica.sampler.diffusers.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An image encoder that was not trained here: that of a bundle, or one that was exported to ONNX by itself, such as DINOv2
 * or the vision half of CLIP.
 *
 * @param file where the graph lies
 * @param model the graph, weights and all
 * @param pixels its input
 * @param tokens its output of tokens [rows, T, D]; empty: it has none
 * @param pooled its output of vectors [rows, P]; empty: it has none
 * @param preprocessing how it wants its pictures
 */
public record ForeignEncoder(
        Path file,
        OnnxModel model,
        String pixels,
        Optional<String> tokens,
        Optional<String> pooled,
        Preprocessing preprocessing) {

    private static final String SEQUENCE = "last_hidden_state";
    private static final List<String> EMBEDDINGS = List.of("image_embeds", "pooler_output");
    private static final int VECTORS = 2;
    private static final int TOKENS = 3;

    /** How tokens become the pooled vector of an encoder that gives none. */
    public enum TokenPooling {
        /** The first, which is the class token of encoders that have one. */
        CLS,
        /** The mean over all. */
        MEAN
    }

    /**
     * Reads an encoder and runs it once.
     *
     * @param place a bundle's directory, or a folder with model.onnx and preprocessor_config.json
     * @param side height and width of the pictures that it will be given
     * @param all whether all tokens are wanted; otherwise the pooled vector is the only one
     * @param threads that it computes with
     * @throws BundleException with all that is wrong
     */
    public static EncoderSession open(Path place, int side, TokenPooling pooling, boolean all, int threads)
            throws BundleException {
        ForeignEncoder read = Files.isRegularFile(place.resolve(Bundle.MANIFEST)) ? ofBundle(place) : ofExport(place);
        return EncoderSession.open(new EncoderAdapter(read, side, pooling, all), threads);
    }

    private static ForeignEncoder ofBundle(Path place) throws BundleException {
        Bundle bundle = Bundle.read(place);
        BundleManifest manifest = bundle.manifest();
        BundleManifest.Graph graph = manifest.graphs().get("encoder");
        Path file = bundle.graphFile("encoder").orElseThrow();
        BundleManifest.EncoderImage own = manifest.encoderImage();
        BundleManifest.Image image = manifest.image();
        Preprocessing preprocessing = own == null
                ? new Preprocessing(
                        image.width(),
                        image.height(),
                        Math.max(image.width(), image.height()),
                        Preprocessing.Filter.BILINEAR,
                        image.mean(),
                        image.std())
                : new Preprocessing(
                        own.width(),
                        own.height(),
                        own.shortestSide() == null ? Math.max(own.width(), own.height()) : own.shortestSide(),
                        Preprocessing.Filter.BILINEAR,
                        own.mean(),
                        own.std());
        ForeignEncoder read = new ForeignEncoder(
                file,
                model(file),
                graph.inputs().get("pixels"),
                output(manifest, graph, TOKENS),
                output(manifest, graph, VECTORS),
                preprocessing);
        read.refuseNamesThatTheGraphLacks();
        return read;
    }

    private void refuseNamesThatTheGraphLacks() throws BundleException {
        Set<String> inputs;
        Set<String> outputs;
        try {
            inputs = model.inputs().keySet();
            outputs = model.outputs().keySet();
        } catch (OnnxFormatException e) {
            throw new BundleException(List.of(file + ": " + e.getMessage()));
        }
        List<String> problems = new ArrayList<>();
        if (!inputs.contains(pixels)) {
            problems.add(file + " has no input '" + pixels + "', which the manifest names; it has " + inputs);
        }
        Stream.of(tokens, pooled)
                .flatMap(Optional::stream)
                .filter(name -> !outputs.contains(name))
                .forEach(name -> problems.add(
                        file + " has no output '" + name + "', which the manifest names; it has " + outputs));
        if (!problems.isEmpty()) {
            throw new BundleException(problems);
        }
    }

    private static Optional<String> output(BundleManifest manifest, BundleManifest.Graph graph, int rank) {
        return manifest.condition().stream()
                .filter(tensor -> tensor.shape().size() == rank - 1)
                .map(tensor -> graph.outputs().get(tensor.name()))
                .findFirst();
    }

    private static ForeignEncoder ofExport(Path place) throws BundleException {
        ImageEncoderExport export = ImageEncoderExport.read(place);
        OnnxModel model = model(export.file());
        Map<String, TensorType> inputs = types(export.file(), model);
        if (inputs.size() != 1) {
            throw new BundleException(List.of(export.file() + ": expected pixels as the only input, found "
                    + inputs.keySet() + "; export the image encoder by itself"));
        }
        ForeignEncoder read = new ForeignEncoder(
                export.file(),
                model,
                inputs.keySet().iterator().next(),
                choose(export, List.of(SEQUENCE), TOKENS),
                choose(export, EMBEDDINGS, VECTORS),
                export.preprocessing());
        if (read.tokens.isEmpty() && read.pooled.isEmpty()) {
            throw new BundleException(List.of(export.file()
                    + ": expected an output of tokens (last_hidden_state) or of vectors (image_embeds, pooler_output),"
                    + " found " + export.outputs()));
        }
        return read;
    }

    /** The output of one of these names, else the only one of that rank. */
    private static Optional<String> choose(ImageEncoderExport export, List<String> names, int rank) {
        List<String> fitting = new ArrayList<>();
        export.outputs().forEach((name, shape) -> {
            if (shape.dimensions().size() == rank) {
                fitting.add(name);
            }
        });
        return names.stream()
                .filter(fitting::contains)
                .findFirst()
                .or(() -> fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty());
    }

    private static Map<String, TensorType> types(Path file, OnnxModel model) throws BundleException {
        try {
            return model.inputs();
        } catch (OnnxFormatException e) {
            throw new BundleException(List.of(file + ": " + e.getMessage()));
        }
    }

    private static OnnxModel model(Path file) throws BundleException {
        try {
            OnnxModel model = OnnxModel.read(file);
            if (model.hasExternalData()) {
                throw new BundleException(List.of(file + " keeps weights in other files; a bundle that is trained on it"
                        + " needs them inside: save the model with all its data in one file"));
            }
            return model;
        } catch (IOException e) {
            throw new BundleException(List.of(file + " cannot be read: " + e.getMessage()));
        }
    }
}
