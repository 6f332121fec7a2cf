package dev.semantica.training.export;

import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.NodeBuilder;
import dev.semantica.onnx.OnnxFormatException;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.TensorType;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.diffusers.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes nodes around a foreign encoder: from pixels [rows, 3, side, side] in −1 … 1, scaled and normalised as it wants
 * them, to tokens [rows, T, D] and pooled [rows, P]. The scaling is inside, so that while sampling the encoder sees what
 * it saw in training: the pictures at the side of the run.
 */
final class EncoderAdapter {

    /** From this version on, Resize takes sizes alone. */
    private static final long RESIZE_BY_SIZES = 13;
    /** From this version on, Resize averages when it shrinks. */
    private static final long RESIZE_AVERAGES = 18;
    /** Pillow's cubic; ONNX's is another unless told. */
    private static final float CUBIC = -0.5f;

    private static final Shape.Dimension DYNAMIC = new Shape.Dimension("", -1);
    private static final Shape.Dimension ROWS = new Shape.Dimension("rows", -1);

    private final ForeignEncoder foreign;
    private final int side;
    private final ForeignEncoder.TokenPooling pooling;
    private final boolean all;

    /**
     * Around an encoder.
     *
     * @param side of the pictures
     * @param pooling how tokens are pooled where it gives no pooled vector
     * @param all whether all tokens are wanted; otherwise the pooled vector is the only one
     */
    EncoderAdapter(ForeignEncoder foreign, int side, ForeignEncoder.TokenPooling pooling, boolean all) {
        this.foreign = foreign;
        this.side = side;
        this.pooling = pooling;
        this.all = all;
    }

    /** What messages call it. */
    String name() {
        return foreign.file().toString();
    }

    int side() {
        return side;
    }

    /**
     * The graph.
     *
     * @param tokens their count and width; empty: not known yet
     * @param pooled width; empty: not known yet
     * @throws BundleException if it cannot be written around this encoder
     */
    OnnxModel graph(List<Long> tokens, List<Long> pooled) throws BundleException {
        try {
            return fits() ? foreign.model() : written(tokens, pooled);
        } catch (OnnxFormatException e) {
            throw new BundleException(List.of(name() + ": " + e.getMessage()));
        }
    }

    private OnnxModel written(List<Long> tokens, List<Long> pooled) throws BundleException, OnnxFormatException {
        OnnxModel model = foreign.model();
        GraphBuilder graph = GraphBuilder.matching("encoder", model);
        refuse(graph.opset(""));
        Value pixels = graph.input("pixels", ElementType.FLOAT, Shape.leading("rows", 3, side, side));
        Value normalised = normalised(graph, resized(graph, pixels));
        ElementType wanted = model.inputs().get(foreign.pixels()).element();
        Value prepared = wanted == ElementType.FLOAT ? normalised : cast(graph, normalised, wanted);
        Map<String, Value> outputs = graph.graft(model, "foreign/", Map.of(foreign.pixels(), prepared));
        Value sequence = foreign.tokens().isEmpty()
                ? null
                : floats(graph, outputs, foreign.tokens().get());
        Value vector = foreign.pooled().isEmpty()
                ? pool(graph, sequence)
                : floats(graph, outputs, foreign.pooled().get());
        Value shown = all && sequence != null
                ? sequence
                : graph.node("Reshape", vector, graph.longs(0, 1, -1)).output();
        graph.output("tokens", shown, ElementType.FLOAT, shape(tokens, 2));
        graph.output("pooled", vector, ElementType.FLOAT, shape(pooled, 1));
        return graph.build();
    }

    /** Whether it reads and gives what is asked for already, as encoders of our bundles do: then its digest stays. */
    private boolean fits() throws OnnxFormatException {
        TensorType pixels = new TensorType(ElementType.FLOAT, Shape.leading("rows", 3, side, side));
        Map<String, TensorType> outputs = foreign.model().outputs();
        return all
                && seesWhatItWants()
                && foreign.tokens().equals(Optional.of("tokens"))
                && foreign.pooled().equals(Optional.of("pooled"))
                && foreign.model().inputs().equals(Map.of("pixels", pixels))
                && outputs.keySet().equals(Set.of("tokens", "pooled"))
                && givesRows(outputs.get("tokens"), 2)
                && givesRows(outputs.get("pooled"), 1);
    }

    private boolean seesWhatItWants() {
        Preprocessing wanted = foreign.preprocessing();
        List<Double> half = List.of(0.5, 0.5, 0.5);
        return wanted.width() == side
                && wanted.height() == side
                && resizedWidth() == side
                && resizedHeight() == side
                && half.equals(wanted.mean())
                && half.equals(wanted.std());
    }

    private static boolean givesRows(TensorType type, int rank) {
        List<Shape.Dimension> dimensions = type.shape().dimensions();
        return type.element() == ElementType.FLOAT
                && dimensions.size() == 1 + rank
                && dimensions.get(0).size() < 0
                && dimensions.stream().skip(1).allMatch(dimension -> dimension.size() > 0);
    }

    private void refuse(long opset) throws BundleException {
        Preprocessing wanted = foreign.preprocessing();
        List<String> problems = new ArrayList<>();
        if (opset < RESIZE_BY_SIZES) {
            problems.add(name() + " uses version " + opset + " of ONNX's operators; export it with " + RESIZE_BY_SIZES
                    + " or newer");
        } else if (opset < RESIZE_AVERAGES && Math.min(resizedHeight(), resizedWidth()) < side) {
            problems.add(name() + " reads pictures of " + wanted.width() + "×" + wanted.height()
                    + ", smaller than data.side, and uses version " + opset
                    + " of ONNX's operators, which cannot shrink them well; export it with " + RESIZE_AVERAGES
                    + " or newer");
        }
        if (wanted.filter() == Preprocessing.Filter.LANCZOS) {
            problems.add(name() + " wants its pictures scaled by Lanczos, which a graph cannot; bilinear or bicubic"
                    + " (resample 2 or 3) can");
        }
        if (!problems.isEmpty()) {
            throw new BundleException(problems);
        }
    }

    private int resizedWidth() {
        Preprocessing wanted = foreign.preprocessing();
        return wanted.shortestEdge() == 0 ? wanted.width() : wanted.shortestEdge();
    }

    private int resizedHeight() {
        Preprocessing wanted = foreign.preprocessing();
        return wanted.shortestEdge() == 0 ? wanted.height() : wanted.shortestEdge();
    }

    private Value resized(GraphBuilder graph, Value pixels) {
        Preprocessing wanted = foreign.preprocessing();
        int width = resizedWidth();
        int height = resizedHeight();
        Value scaled = pixels;
        if (width != side || height != side) {
            Value rows = graph.node(
                            "Slice",
                            graph.node("Shape", pixels).output(),
                            graph.longs(0),
                            graph.longs(1),
                            graph.longs(0))
                    .output();
            Value sizes = graph.node("Concat", rows, graph.longs(3, height, width))
                    .set("axis", 0)
                    .output();
            boolean cubic = wanted.filter() == Preprocessing.Filter.BICUBIC;
            NodeBuilder resize = graph.node("Resize", pixels, Value.NONE, Value.NONE, sizes)
                    .set("mode", cubic ? "cubic" : "linear")
                    .set("cubic_coeff_a", CUBIC);
            if (graph.opset("") >= RESIZE_AVERAGES) {
                resize.set("antialias", 1);
            }
            scaled = graph.node("Clip", resize.output(), graph.scalar(-1), graph.scalar(1))
                    .output();
        }
        if (width == wanted.width() && height == wanted.height()) {
            return scaled;
        }
        int left = (width - wanted.width()) / 2;
        int top = (height - wanted.height()) / 2;
        return graph.node(
                        "Slice",
                        scaled,
                        graph.longs(top, left),
                        graph.longs(top + wanted.height(), left + wanted.width()),
                        graph.longs(2, 3))
                .output();
    }

    /** From −1 … 1 to (0 … 1 − mean) / deviation. */
    private Value normalised(GraphBuilder graph, Value pixels) {
        float[] scale = new float[3];
        float[] offset = new float[3];
        for (int c = 0; c < 3; c++) {
            double deviation = foreign.preprocessing().std().get(c);
            scale[c] = (float) (0.5 / deviation);
            offset[c] = (float) ((0.5 - foreign.preprocessing().mean().get(c)) / deviation);
        }
        long[] channels = {1, 3, 1, 1};
        Value scaled = graph.node("Mul", pixels, graph.floats("pixels.scale", channels, scale))
                .output();
        return graph.node("Add", scaled, graph.floats("pixels.offset", channels, offset))
                .output();
    }

    private Value pool(GraphBuilder graph, Value sequence) {
        Value turned =
                graph.node("Transpose", sequence).setList("perm", 0, 2, 1).output();
        Value one = pooling == ForeignEncoder.TokenPooling.CLS
                ? graph.node("Slice", turned, graph.longs(0), graph.longs(1), graph.longs(2))
                        .output()
                : graph.node("GlobalAveragePool", turned).output();
        return graph.node("Reshape", one, graph.longs(0, -1)).output();
    }

    private Value floats(GraphBuilder graph, Map<String, Value> outputs, String output) throws OnnxFormatException {
        ElementType type = foreign.model().outputs().get(output).element();
        Value value = outputs.get(output);
        return type == ElementType.FLOAT ? value : cast(graph, value, ElementType.FLOAT);
    }

    private static Value cast(GraphBuilder graph, Value value, ElementType type) {
        return graph.node("Cast", value).set("to", type.number()).output();
    }

    private static Shape shape(List<Long> sizes, int rank) {
        List<Shape.Dimension> dimensions = new ArrayList<>();
        dimensions.add(ROWS);
        for (int i = 0; i < rank; i++) {
            dimensions.add(sizes.isEmpty() ? DYNAMIC : new Shape.Dimension("", sizes.get(i)));
        }
        return new Shape(dimensions);
    }
}
