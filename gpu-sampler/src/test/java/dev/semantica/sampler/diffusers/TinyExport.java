package dev.semantica.sampler.diffusers;

import ai.onnxruntime.platform.Fp16Conversions;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Exports of the layouts that diffusers and Optimum write, with random weights: 4 channels of 8x8 latents for 16x16
 * pictures, CLIP of 12x12 pictures to an embedding of 6, a unet that attends to it.
 */
final class TinyExport {

    static final int WIDTH = 6;
    static final int HIDDEN = 5;

    /** What the layouts differ in. */
    enum Timestep {
        SCALAR(ElementType.INT64),
        ONE(ElementType.INT64),
        STEPS(ElementType.FLOAT),
        BATCH(ElementType.FLOAT);

        private final ElementType element;

        Timestep(ElementType element) {
            this.element = element;
        }

        private Shape shape() {
            return switch (this) {
                case SCALAR -> Shape.of();
                case ONE -> Shape.of(1);
                case STEPS -> Shape.leading("steps");
                case BATCH -> Shape.leading("batch");
            };
        }
    }

    final Path directory;
    private final ElementType element;
    private final long opset;
    private final Random random = new Random(7);
    private GraphBuilder graph;
    private int weights;

    TinyExport(Path directory, ElementType element, long opset) {
        this.directory = directory;
        this.element = element;
        this.opset = opset;
    }

    /** The layout of today's Optimum exports. */
    static TinyExport recent(Path directory, ElementType element, Timestep timestep, String scheduler)
            throws IOException {
        TinyExport export = new TinyExport(directory, element, 17);
        export.write("unet", export.unet(timestep, false));
        export.write("vae_decoder", export.decoder());
        export.write("vae_encoder", export.encoder("latent_parameters", 8));
        export.write("image_encoder", export.clip(true));
        export.write("unet/config.json", """
                {"_class_name": "UNet2DConditionModel", "sample_size": 8, "in_channels": 4, "cross_attention_dim": 6}""");
        export.write("vae_decoder/config.json", """
                {"_class_name": "AutoencoderKL", "block_out_channels": [8, 8], "scaling_factor": 0.25, "shift_factor": 0.125}""");
        export.index("""
                "image_encoder": ["transformers", "CLIPVisionModelWithProjection"],
                "vae": ["diffusers", "AutoencoderKL"]""");
        export.write("feature_extractor/preprocessor_config.json", """
                {"do_center_crop": true, "crop_size": {"height": 12, "width": 12}, "do_resize": true,
                 "size": {"shortest_edge": 12}, "do_rescale": true, "rescale_factor": 0.00392156862745098,
                 "do_normalize": true, "image_mean": [0.48145466, 0.4578275, 0.40821073],
                 "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "do_convert_rgb": true}""");
        export.scheduler(scheduler);
        return export;
    }

    /** The layout of the first exports: another opset, return_dict among the inputs, sizes as numbers, no configurations. */
    static TinyExport early(Path directory, String scheduler) throws IOException {
        TinyExport export = new TinyExport(directory, ElementType.FLOAT, 14);
        export.write("unet", export.unet(Timestep.ONE, true));
        export.write("vae_decoder", export.decoder());
        export.write("vae_encoder", export.encoder("latent_sample", 4));
        export.write("image_encoder", export.clip(false));
        export.index("""
                "image_encoder": ["diffusers", "OnnxRuntimeModel"],
                "vae_decoder": ["diffusers", "OnnxRuntimeModel"],
                "vae_encoder": ["diffusers", "OnnxRuntimeModel"]""");
        export.write("feature_extractor/preprocessor_config.json", """
                {"crop_size": 12, "do_center_crop": true, "do_normalize": true, "do_resize": true,
                 "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": [0.5, 0.4, 0.3],
                 "image_std": [0.2, 0.3, 0.4], "resample": 3, "size": 14}""");
        export.scheduler(scheduler);
        return export;
    }

    /** An unCLIP-like decoder: pixels, no autoencoder, the embedding as class labels. */
    static TinyExport unclip(Path directory) throws IOException {
        TinyExport export =
                recent(directory, ElementType.FLOAT, Timestep.BATCH, "{\"_class_name\": \"UnCLIPScheduler\"}");
        export.write("unet", export.labelled());
        export.write("unet/config.json", "{\"sample_size\": 16}");
        export.index("\"image_encoder\": [\"transformers\", \"CLIPVisionModelWithProjection\"]");
        return export;
    }

    void index(String parts) throws IOException {
        write("model_index.json", """
                {"_class_name": "StableDiffusionImageVariationPipeline", "_diffusers_version": "0.31.0",
                 "feature_extractor": ["transformers", "CLIPImageProcessor"],
                 "requires_safety_checker": true, "safety_checker": [null, null],
                 "scheduler": ["diffusers", "DDIMScheduler"],
                 "unet": ["diffusers", "UNet2DConditionModel"],
                 %s}""".formatted(parts));
    }

    void scheduler(String json) throws IOException {
        write("scheduler/scheduler_config.json", json);
    }

    /** Attends, by one token, to the embedding; the timestep shifts all channels. */
    OnnxModel unet(Timestep timestep, boolean returnDict) {
        graph = new GraphBuilder("unet", opset);
        Value sample = graph.input("sample", element, picture("batch", 4, "height", "width"));
        Value time = graph.input("timestep", timestep.element, timestep.shape());
        Value hidden = graph.input("encoder_hidden_states", element, sequence());
        if (returnDict) {
            graph.input("return_dict", ElementType.BOOL, Shape.of(1));
        }
        Value angle = graph.node("Mul", cast(time, timestep.element, ElementType.FLOAT), graph.scalar(0.003f))
                .output();
        Value wave = graph.node("Cos", angle).output();
        Value column = graph.node("Reshape", wave, graph.longs(-1, 1)).output();
        Value embedded = graph.node("MatMul", cast(column, ElementType.FLOAT, element), weight(1, HIDDEN))
                .output();
        Value pooled =
                graph.node("MatMul", first(hidden), weight(WIDTH, HIDDEN)).output();
        Value mixed =
                graph.node("Tanh", graph.node("Add", pooled, embedded).output()).output();
        Value shift = graph.node("MatMul", mixed, weight(HIDDEN, 4)).output();
        Value map = graph.node("Reshape", shift, graph.longs(-1, 4, 1, 1)).output();
        Value convolved = convolve(sample, 4, 4, 1);
        Value sum =
                graph.node("Tanh", graph.node("Add", convolved, map).output()).output();
        graph.output("out_sample", convolve(sum, 4, 4, 1), element, picture("batch", 4, "height", "width"));
        return graph.build();
    }

    private OnnxModel labelled() {
        graph = new GraphBuilder("unet", opset);
        Value sample = graph.input("sample", element, picture("batch", 3, "height", "width"));
        Value time = graph.input("timestep", ElementType.INT64, Shape.leading("batch"));
        Value labels = graph.input("class_labels", element, Shape.leading("batch", WIDTH));
        Value column = graph.node("Reshape", cast(time, ElementType.INT64, element), graph.longs(-1, 1))
                .output();
        Value wave = graph.node(
                        "Cos", graph.node("Mul", column, graph.scalar(0.003f)).output())
                .output();
        Value shift = graph.node("MatMul", labels, weight(WIDTH, 3)).output();
        Value map = graph.node("Reshape", graph.node("Add", shift, wave).output(), graph.longs(-1, 3, 1, 1))
                .output();
        Value sum = graph.node("Add", convolve(sample, 3, 3, 1), map).output();
        graph.output("out_sample", graph.node("Tanh", sum).output(), element, picture("batch", 3, "height", "width"));
        return graph.build();
    }

    OnnxModel decoder() {
        graph = new GraphBuilder("vae_decoder", opset);
        Value latents = graph.input("latent_sample", element, picture("batch", 4, "height_latent", "width_latent"));
        Value wide = graph.node("Tanh", convolve(latents, 4, 12, 1)).output();
        Value pixels = graph.node("DepthToSpace", wide).set("blocksize", 2).output();
        graph.output("sample", pixels, element, picture("batch", 3, "height", "width"));
        return graph.build();
    }

    OnnxModel encoder(String output, int channels) {
        graph = new GraphBuilder("vae_encoder", opset);
        Value pixels = graph.input("sample", element, picture("batch", 3, "height", "width"));
        graph.output(output, convolve(pixels, 3, channels, 2), element, picture("batch", channels, "h", "w"));
        return graph.build();
    }

    /** With a projection the outputs are image_embeds and last_hidden_state, without one pooler_output in its place. */
    OnnxModel clip(boolean projected) {
        graph = new GraphBuilder("image_encoder", opset);
        Value pixels = graph.input("pixel_values", element, picture("batch", 3, "height", "width"));
        Value features = graph.node("Tanh", convolve(pixels, 3, HIDDEN, 2)).output();
        Value rows = graph.node("Reshape", features, graph.longs(0, HIDDEN, -1)).output();
        Value tokens = graph.node("Transpose", rows).setList("perm", 0, 2, 1).output();
        Value mean = graph.node("GlobalAveragePool", features).output();
        Value pooled = graph.node("Reshape", mean, graph.longs(-1, HIDDEN)).output();
        Value embedding = graph.node("MatMul", pooled, weight(HIDDEN, WIDTH)).output();
        graph.output(projected ? "image_embeds" : "pooler_output", embedding, element, Shape.leading("batch", WIDTH));
        graph.output("last_hidden_state", tokens, element, Shape.leading("batch", 36, HIDDEN));
        return graph.build();
    }

    void write(String part, OnnxModel model) throws IOException {
        Files.createDirectories(directory.resolve(part));
        model.write(directory.resolve(part).resolve("model.onnx"));
    }

    void write(String name, String json) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
    }

    private Value first(Value hidden) {
        return graph.node("Reshape", hidden, graph.longs(-1, WIDTH)).output();
    }

    private Value convolve(Value input, int from, int to, int stride) {
        return graph.node("Conv", input, weight(to, from, 3, 3))
                .setList("pads", 1, 1, 1, 1)
                .setList("strides", stride, stride)
                .output();
    }

    private Value cast(Value value, ElementType from, ElementType to) {
        return from == to
                ? value
                : graph.node("Cast", value).set("to", to.number()).output();
    }

    private Value weight(long... shape) {
        int size = 1;
        for (long side : shape) {
            size *= (int) side;
        }
        float[] values = new float[size];
        double deviation = 1.2 / Math.sqrt((double) size / shape[shape.length > 2 ? 0 : 1]);
        for (int i = 0; i < size; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        String name = "weight." + weights++;
        if (element == ElementType.FLOAT) {
            return graph.floats(name, shape, values);
        }
        ByteBuffer halves = ByteBuffer.allocate(2 * size).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            halves.putShort(Fp16Conversions.floatToFp16(value));
        }
        return graph.initialiser(name, ElementType.FLOAT16, shape, halves.flip());
    }

    private static Shape picture(String rows, int channels, String height, String width) {
        List<Shape.Dimension> dimensions = new ArrayList<>();
        dimensions.add(new Shape.Dimension(rows, -1));
        dimensions.add(new Shape.Dimension("", channels));
        dimensions.add(new Shape.Dimension(height, -1));
        dimensions.add(new Shape.Dimension(width, -1));
        return new Shape(dimensions);
    }

    private static Shape sequence() {
        return new Shape(List.of(
                new Shape.Dimension("batch", -1), new Shape.Dimension("sequence", -1), new Shape.Dimension("", WIDTH)));
    }
}
