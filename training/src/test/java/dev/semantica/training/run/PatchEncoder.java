package dev.semantica.training.run;

import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * An encoder that others made, in the layout of DINOv2: patches of 16 mixed at random, without a pooled output; pictures of
 * 48, cut of 52.
 */
final class PatchEncoder {

    private PatchEncoder() {}

    /** Writes it into a folder. */
    static void write(Path place) throws IOException {
        GraphBuilder graph = new GraphBuilder("encoder", 18);
        Shape.Dimension dynamic = new Shape.Dimension("", -1);
        Value pixels =
                graph.input("pixel_values", ElementType.FLOAT, new Shape(List.of(dynamic, dynamic, dynamic, dynamic)));
        Random random = new Random(7);
        float[] kernel = new float[6 * 3 * 16 * 16];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = (float) random.nextGaussian() / 16;
        }
        Value map = graph.node("Conv", pixels, graph.floats("kernel", new long[] {6, 3, 16, 16}, kernel))
                .setList("strides", 16, 16)
                .output();
        Value flat = graph.node("Reshape", map, graph.longs(0, 6, -1)).output();
        Value tokens = graph.node("Transpose", graph.node("Tanh", flat).output())
                .setList("perm", 0, 2, 1)
                .output();
        graph.output("last_hidden_state", tokens, ElementType.FLOAT, new Shape(List.of(dynamic, dynamic, dynamic)));
        Files.createDirectories(place);
        graph.build().write(place.resolve("model.onnx"));
        Files.writeString(place.resolve("preprocessor_config.json"), """
                {"do_resize": true, "size": {"shortest_edge": 52}, "resample": 3, "do_center_crop": true,
                 "crop_size": {"height": 48, "width": 48}, "do_rescale": true, "rescale_factor": 0.00392156862745098,
                 "do_normalize": true, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}""");
    }
}
