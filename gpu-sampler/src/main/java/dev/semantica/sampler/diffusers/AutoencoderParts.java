package dev.semantica.sampler.diffusers;

import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.diffusers.Ends.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The exported vae_decoder and, if there is one, vae_encoder. What the decoder reads is latents·scale + offset for every
 * channel.
 */
final class AutoencoderParts {

    /** What pipelines scale by whose configuration, of early exports, does not say it. */
    private static final double EARLY_SCALING = 0.18215;

    private final ExportedGraph decoder;
    private final Ends decoderEnds;
    private final String decoderOutput;
    private final double[] scale;
    private final double[] offset;
    private ExportedGraph encoder;
    private Ends encoderEnds;
    private String encoderOutput;

    private AutoencoderParts(
            ExportedGraph decoder, Ends decoderEnds, String decoderOutput, double[] scale, double[] offset) {
        this.decoder = decoder;
        this.decoderEnds = decoderEnds;
        this.decoderOutput = decoderOutput;
        this.scale = scale;
        this.offset = offset;
    }

    /** Reads the decoder; empty, with problems, if it cannot be used. */
    static Optional<AutoencoderParts> read(
            ExportedGraph decoder,
            Optional<ConfigFile> config,
            int channels,
            List<String> notes,
            List<String> problems) {
        int before = problems.size();
        Ends ends = Ends.of(decoder, Set.of(Role.PICTURE), problems);
        String input = ends.required(Role.PICTURE);
        String output = ends.output(List.of("sample"));
        if (input != null) {
            int found = ExportedGraph.side(decoder.inputs().get(input), 1);
            if (found > 0 && found != channels) {
                problems.add(
                        decoder.file() + " decodes latents of " + found + " channels, but the unet makes " + channels);
            }
        }
        double[] scale = new double[channels];
        double[] offset = new double[channels];
        scaling(config, scale, offset, notes);
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(new AutoencoderParts(decoder, ends, output, scale, offset));
    }

    /** Latents are (encoded − shift)·factor or, with statistics, (encoded − mean)·factor / std. */
    private static void scaling(Optional<ConfigFile> config, double[] scale, double[] offset, List<String> notes) {
        Optional<Double> factor = config.flatMap(file -> file.number("scaling_factor"));
        if (factor.isEmpty()) {
            notes.add("the autoencoder's configuration has no scaling_factor; " + EARLY_SCALING
                    + " is used, which pipelines without one use");
        }
        Arrays.fill(scale, 1 / factor.orElse(EARLY_SCALING));
        Arrays.fill(offset, config.flatMap(file -> file.number("shift_factor")).orElse(0.0));
        config.ifPresent(file -> {
            if (factor.isPresent() && factor.orElseThrow() <= 0) {
                file.problem("scaling_factor", "a positive number", factor.orElseThrow());
            }
            Optional<List<Double>> mean = file.numbers("latents_mean");
            Optional<List<Double>> std = file.numbers("latents_std");
            if (mean.isEmpty() && std.isEmpty()) {
                return;
            }
            if (mean.map(List::size).orElse(0) != scale.length
                    || std.map(List::size).orElse(0) != scale.length) {
                file.problem("latents_mean, latents_std", scale.length + " numbers each", mean + ", " + std);
                return;
            }
            for (int c = 0; c < scale.length; c++) {
                scale[c] *= std.orElseThrow().get(c);
                offset[c] = mean.orElseThrow().get(c);
            }
        });
    }

    /** Adds the encoder, which sampling does not need; leaves it out, with a note, if it draws random numbers. */
    void addEncoder(ExportedGraph graph, List<String> notes, List<String> problems) {
        if (Ends.drawsRandomNumbers(graph)) {
            notes.add(graph.part() + " draws random numbers inside and is left out; sampling does not need it");
            return;
        }
        Ends ends = Ends.of(graph, Set.of(Role.PICTURE), problems);
        String output = ends.output(List.of("latent_parameters", "latent_sample"));
        if (ends.required(Role.PICTURE) != null && output != null) {
            encoder = graph;
            encoderEnds = ends;
            encoderOutput = output;
        }
    }

    /** How many pixels a latent is wide, where the decoder takes and makes one size only; 0 if it does not say. */
    int fixedFactor() {
        int latents = ExportedGraph.side(decoder.inputs().get(decoderEnds.required(Role.PICTURE)), 2);
        int pixels = ExportedGraph.side(decoder.outputs().get(decoderOutput), 2);
        return latents > 0 && pixels > 0 && pixels % latents == 0 ? pixels / latents : 0;
    }

    ExportedGraph decoder() {
        return decoder;
    }

    Optional<ExportedGraph> encoder() {
        return Optional.ofNullable(encoder);
    }

    /** The decoder of a bundle. */
    OnnxModel adaptDecoder(int latentSide, int imageSide) {
        GraphAdapter adapter = new GraphAdapter(decoder);
        Value latents = adapter.input("sample", scale.length, latentSide, latentSide);
        adapter.bind(decoderEnds.required(Role.PICTURE), adapter.affine(latents, scale, offset));
        decoderEnds.flags().forEach(adapter::bindZero);
        adapter.output("pixels", adapter.floats(decoderOutput, adapter.graft()), 3, imageSide, imageSide);
        return adapter.build();
    }

    /** The latent encoder of a bundle: of a distribution's parameters, mean and logarithm of the variance, the mean. */
    OnnxModel adaptEncoder(int latentSide, int imageSide) {
        GraphAdapter adapter = new GraphAdapter(encoder);
        adapter.bind(encoderEnds.required(Role.PICTURE), adapter.input("pixels", 3, imageSide, imageSide));
        encoderEnds.flags().forEach(adapter::bindZero);
        Value encoded = adapter.floats(encoderOutput, adapter.graft());
        if (ExportedGraph.side(encoder.outputs().get(encoderOutput), 1) == 2 * scale.length
                || encoderOutput.equals("latent_parameters")) {
            encoded = adapter.firstChannels(encoded, scale.length);
        }
        double[] inverse = new double[scale.length];
        double[] shift = new double[scale.length];
        for (int c = 0; c < scale.length; c++) {
            inverse[c] = 1 / scale[c];
            shift[c] = -offset[c] / scale[c];
        }
        adapter.output("sample", adapter.affine(encoded, inverse, shift), scale.length, latentSide, latentSide);
        return adapter.build();
    }
}
