package dev.semantica.sampler.diffusers;

import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.TensorType;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.diffusers.Ends.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The exported unet.
 *
 * @param graph its graph
 * @param sample input of the noisy samples
 * @param timestep input of the timestep
 * @param sharedTimestep whether it takes one timestep for all rows
 * @param tokens input of the tokens that it attends to; null: none
 * @param labels input of the embedding that is added to the timestep's; null: none
 * @param flags inputs without meaning
 * @param output output of the prediction
 * @param channels channels of a sample
 * @param side height and width of a sample; −1: the graph takes any
 * @param tokenWidth width of a token; −1 without tokens
 * @param tokenCount number of tokens; −1: any
 * @param labelWidth width of the embedding; −1 without labels
 */
record DenoiserPart(
        ExportedGraph graph,
        String sample,
        String timestep,
        boolean sharedTimestep,
        String tokens,
        String labels,
        List<String> flags,
        String output,
        int channels,
        int side,
        int tokenWidth,
        int tokenCount,
        int labelWidth) {

    /** Reads it; empty, with problems, if it cannot be used. */
    static Optional<DenoiserPart> read(ExportedGraph graph, Optional<ConfigFile> config, List<String> problems) {
        int before = problems.size();
        Ends ends = Ends.of(graph, Set.of(Role.PICTURE, Role.TIMESTEP, Role.TOKENS, Role.LABELS), problems);
        String sample = ends.required(Role.PICTURE);
        String timestep = ends.required(Role.TIMESTEP);
        String output = ends.output(List.of("out_sample", "sample", "noise_pred"));
        String tokens = ends.optional(Role.TOKENS);
        String labels = ends.optional(Role.LABELS);
        if (tokens == null && labels == null) {
            problems.add(graph.file() + " has no input for a condition, so a source could not shape its variations;"
                    + " found " + graph.inputs());
        }
        if (problems.size() > before) {
            return Optional.empty();
        }
        TensorType picture = graph.inputs().get(sample);
        int channels = known(ExportedGraph.side(picture, 1), config, "in_channels");
        int side = ExportedGraph.side(picture, 2);
        int predicted = ExportedGraph.side(graph.outputs().get(output), 1);
        int tokenWidth = tokens == null
                ? -1
                : known(ExportedGraph.side(graph.inputs().get(tokens), 2), config, "cross_attention_dim");
        int labelWidth = labels == null
                ? -1
                : known(
                        ExportedGraph.side(graph.inputs().get(labels), 1),
                        config,
                        "projection_class_embeddings_input_dim");
        if (channels < 1 || (tokens != null && tokenWidth < 1) || (labels != null && labelWidth < 1)) {
            problems.add(
                    graph.file() + ": channels or width of the condition are dynamic, and unet/config.json does not"
                            + " say them (in_channels, cross_attention_dim, projection_class_embeddings_input_dim)");
        }
        if (predicted > 0 && predicted != channels) {
            problems.add(graph.file() + ": expected a prediction of " + channels + " channels, found " + predicted
                    + (predicted == 2 * channels
                            ? "; learned variances are unsupported"
                            : "; inpainting unets and the" + " like are unsupported"));
        }
        if (side != ExportedGraph.side(picture, 3)) {
            problems.add(graph.file() + ": samples must be square, found " + picture);
        }
        if (problems.size() > before) {
            return Optional.empty();
        }
        return Optional.of(new DenoiserPart(
                graph,
                sample,
                timestep,
                isShared(graph, sample, timestep),
                tokens,
                labels,
                ends.flags(),
                output,
                channels,
                side,
                tokenWidth,
                tokens == null ? -1 : ExportedGraph.side(graph.inputs().get(tokens), 1),
                labelWidth));
    }

    private static int known(int fixed, Optional<ConfigFile> config, String key) {
        return fixed > 0 ? fixed : config.flatMap(file -> file.integer(key)).orElse(-1);
    }

    /** A list of timesteps is one a row only if the graph calls its length what it calls the rows. */
    private static boolean isShared(ExportedGraph graph, String sample, String timestep) {
        List<Shape.Dimension> dimensions = graph.inputs().get(timestep).shape().dimensions();
        if (dimensions.isEmpty() || dimensions.get(0).size() >= 0) {
            return true;
        }
        String name = dimensions.get(0).name();
        return name.isEmpty()
                || !name.equals(
                        graph.inputs().get(sample).shape().dimensions().get(0).name());
    }

    /** The tensors of the condition; without a fixed number of tokens that is what the encoder makes. */
    List<BundleManifest.Tensor> condition(int tokensOfEncoder) {
        List<BundleManifest.Tensor> tensors = new ArrayList<>();
        if (tokens != null) {
            tensors.add(new BundleManifest.Tensor(EncoderPart.TOKENS, List.of(tokensOfEncoder, tokenWidth)));
        }
        if (labels != null) {
            tensors.add(new BundleManifest.Tensor(EncoderPart.POOLED, List.of(labelWidth)));
        }
        return tensors;
    }

    /** The graph of a bundle. */
    OnnxModel adapt(int sampleSide, int tokensOfEncoder) {
        GraphAdapter adapter = new GraphAdapter(graph);
        adapter.bind(sample, adapter.input("sample", channels, sampleSide, sampleSide));
        Value timesteps = adapter.input("timestep");
        if (sharedTimestep) {
            adapter.bindFirst(timestep, timesteps);
        } else {
            adapter.bind(timestep, timesteps);
        }
        if (tokens != null) {
            adapter.bind(tokens, adapter.input(EncoderPart.TOKENS, tokensOfEncoder, tokenWidth));
        }
        if (labels != null) {
            adapter.bind(labels, adapter.input(EncoderPart.POOLED, labelWidth));
        }
        flags.forEach(adapter::bindZero);
        Value prediction = adapter.floats(output, adapter.graft());
        adapter.output("prediction", prediction, channels, sampleSide, sampleSide);
        return adapter.build();
    }
}
