package dev.semantica.sampler.diffusers;

import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.diffusers.Ends.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The exported image encoder.
 *
 * @param graph its graph
 * @param pixels input of the pictures
 * @param flags inputs without meaning
 * @param tokensOutput output that becomes the tokens; null: the denoiser takes none
 * @param tokenCount number of tokens
 * @param pooledOutput output that becomes the embedding; null: the denoiser takes none
 */
record EncoderPart(
        ExportedGraph graph,
        String pixels,
        List<String> flags,
        String tokensOutput,
        int tokenCount,
        String pooledOutput) {

    /** What a bundle calls the tokens. */
    static final String TOKENS = "tokens";
    /** What a bundle calls the embedding. */
    static final String POOLED = "pooled";

    private static final List<String> EMBEDDINGS = List.of("image_embeds", "pooler_output");
    private static final String SEQUENCE = "last_hidden_state";

    /** Reads it for a denoiser; empty, with problems, if it cannot be used or does not fit. */
    static Optional<EncoderPart> read(
            ExportedGraph graph, DenoiserPart denoiser, int side, List<String> notes, List<String> problems) {
        int before = problems.size();
        Ends ends = Ends.of(graph, Set.of(Role.PICTURE), problems);
        String pixels = ends.required(Role.PICTURE);
        if (pixels == null) {
            return Optional.empty();
        }
        int fixed = ExportedGraph.side(graph.inputs().get(pixels), 2);
        if (fixed > 0 && fixed != side) {
            problems.add(graph.file() + " reads pictures of " + fixed + " pixels, but"
                    + " feature_extractor/preprocessor_config.json makes them of " + side);
        }
        String tokens = null;
        int count = 1;
        if (denoiser.tokens() != null) {
            tokens = embedding(graph, denoiser.tokenWidth(), notes);
            if (tokens == null && fits(graph, SEQUENCE, 3, denoiser.tokenWidth())) {
                tokens = SEQUENCE;
                count = ExportedGraph.side(graph.outputs().get(SEQUENCE), 1);
                notes.add("the denoiser attends to all tokens of " + SEQUENCE + ", as image_encoder has no embedding of"
                        + " its width " + denoiser.tokenWidth());
            }
            if (tokens == null || count < 1 || (denoiser.tokenCount() > 0 && denoiser.tokenCount() != count)) {
                problems.add(graph.file() + ": expected image_embeds, pooler_output or last_hidden_state of width "
                        + denoiser.tokenWidth() + ", the denoiser's"
                        + (denoiser.tokenCount() > 0 ? ", for " + denoiser.tokenCount() + " tokens" : "") + ", found "
                        + graph.outputs());
            }
        }
        String pooled = null;
        if (denoiser.labels() != null) {
            pooled = embedding(graph, denoiser.labelWidth(), notes);
            if (pooled == null) {
                problems.add(graph.file() + ": expected image_embeds of width " + denoiser.labelWidth()
                        + ", the class_labels of the unet, found " + graph.outputs()
                        + "; embeddings with a noise level (image_normalizer, image_noising_scheduler) are"
                        + " unsupported");
            }
        }
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(new EncoderPart(graph, pixels, ends.flags(), tokens, count, pooled));
    }

    /** The embedding of that width: the projected one, else the pooled one with a note. */
    private static String embedding(ExportedGraph graph, int width, List<String> notes) {
        for (String name : EMBEDDINGS) {
            if (fits(graph, name, 2, width)) {
                if (!name.equals(EMBEDDINGS.get(0))) {
                    notes.add("the condition is " + name + ", as image_encoder has no image_embeds of width " + width);
                }
                return name;
            }
        }
        return null;
    }

    private static boolean fits(ExportedGraph graph, String output, int rank, int width) {
        if (!graph.outputs().containsKey(output)) {
            return false;
        }
        int found = ExportedGraph.side(graph.outputs().get(output), rank - 1);
        return ExportedGraph.rank(graph.outputs().get(output)) == rank && (found == width || found < 0);
    }

    /** The graph of a bundle. */
    OnnxModel adapt(DenoiserPart denoiser, int height, int width) {
        GraphAdapter adapter = new GraphAdapter(graph);
        adapter.bind(pixels, adapter.input("pixels", 3, height, width));
        flags.forEach(adapter::bindZero);
        Map<String, Value> outputs = adapter.graft();
        if (tokensOutput != null) {
            Value tokens = adapter.floats(tokensOutput, outputs);
            adapter.output(
                    TOKENS,
                    adapter.reshape(tokens, tokenCount, denoiser.tokenWidth()),
                    tokenCount,
                    denoiser.tokenWidth());
        }
        if (pooledOutput != null) {
            Value pooled = adapter.floats(pooledOutput, outputs);
            adapter.output(POOLED, adapter.reshape(pooled, denoiser.labelWidth()), denoiser.labelWidth());
        }
        return adapter.build();
    }
}
