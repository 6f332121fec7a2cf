package dev.semantica.sampler.onnx;

import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.StepTable;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxFormatException;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.TensorType;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleManifest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The denoiser with guidance and update composed onto it, so that a tick is one call. Inputs, all with a leading rows:
 *
 * <pre>
 * x, previous, noise  [rows, sample…]
 * timestep            [rows]
 * NAME                [rows, …] each tensor of the condition
 * coefficients        [rows, 11, 1…] in the order of {@link #write}
 * guided              [guided] int64: which rows are evaluated a second time, with the empty condition
 * base                [rows] int64: where each row's second evaluation lies among the entries; its own place if it has none
 * </pre>
 *
 * <p>Outputs are next and predicted, [rows, sample…]. A row that is not guided costs one entry, a guided one two.
 */
final class TickGraph {

    static final String X = "tick.x";
    static final String PREVIOUS = "tick.previous";
    static final String NOISE = "tick.noise";
    static final String TIMESTEP = "tick.timestep";
    static final String COEFFICIENTS = "tick.coefficients";
    static final String GUIDED = "tick.guided";
    static final String BASE = "tick.base";
    static final String NEXT = "tick.next";
    static final String PREDICTED = "tick.predicted";
    static final int COLUMNS = 11;

    /** Split takes its sizes as an input from here on. */
    private static final long OLDEST_OPSET = 13;

    /** Reductions take their axes as an input from here on. */
    private static final long AXES_AS_INPUT = 18;

    private static final float SMALLEST_VARIANCE = 1e-30f;

    private final OnnxModel denoiser;
    private final BundleManifest manifest;
    private final Bundle bundle;
    private final GraphBuilder graph;

    private TickGraph(OnnxModel denoiser, Bundle bundle) {
        this.denoiser = denoiser;
        this.bundle = bundle;
        this.manifest = bundle.manifest();
        this.graph = GraphBuilder.matching("tick", denoiser);
    }

    /** Name of a condition tensor's input. */
    static String condition(String tensor) {
        return "tick.condition." + tensor;
    }

    /** Whether it can be done: one timestep a row, operators new enough. */
    static boolean fits(OnnxModel denoiser, Bundle bundle) throws OnnxFormatException {
        TensorType timestep = denoiser.inputs()
                .get(bundle.manifest().graphs().get("denoiser").inputs().get("timestep"));
        return !bundle.manifest().sharesTimestep()
                && timestep != null
                && timestep.shape().dimensions().size() == 1
                && denoiser.opsets().getOrDefault("", 0L) >= OLDEST_OPSET;
    }

    static OnnxModel compose(OnnxModel denoiser, Bundle bundle) throws OnnxFormatException {
        return new TickGraph(denoiser, bundle).compose();
    }

    /** The coefficients of a row's step, in the order of the graph's columns. */
    static void write(StepTable.Step step, Guidance guidance, float[] columns) {
        columns[0] = (float) step.inputScale();
        columns[1] = (float) step.p();
        columns[2] = (float) step.q();
        columns[3] = (float) step.a();
        columns[4] = (float) step.b();
        columns[5] = (float) step.c();
        columns[6] = (float) step.d();
        columns[7] = (float) step.e();
        columns[8] = (float) step.clip();
        columns[9] = (float) guidance.scale();
        columns[10] = (float) guidance.rescale();
    }

    private OnnxModel compose() throws OnnxFormatException {
        long[] sample =
                manifest.sample().shape().stream().mapToLong(Integer::longValue).toArray();
        Shape rowsOfSamples = Shape.leading("rows", sample);
        Value x = graph.input(X, ElementType.FLOAT, rowsOfSamples);
        Value previous = graph.input(PREVIOUS, ElementType.FLOAT, rowsOfSamples);
        Value noise = graph.input(NOISE, ElementType.FLOAT, rowsOfSamples);
        Value timestep = graph.input(TIMESTEP, ElementType.FLOAT, Shape.leading("rows"));
        long[] ones = LongStream.range(0, sample.length)
                .map(i -> i == 0 ? COLUMNS : 1)
                .toArray();
        Value coefficients = graph.input(COEFFICIENTS, ElementType.FLOAT, Shape.leading("rows", ones));
        Value guided = graph.input(GUIDED, ElementType.INT64, Shape.leading("guided"));
        Value base = graph.input(BASE, ElementType.INT64, Shape.leading("rows"));
        long[] sizes = LongStream.range(0, COLUMNS).map(i -> 1).toArray();
        List<Value> column = graph.node("Split", coefficients, graph.longs(sizes))
                .set("axis", 1)
                .outputs(COLUMNS);

        Value entries = evaluate(graph.node("Mul", x, column.get(0)).output(), timestep, guided);
        Value firsts = graph.node("Range", integer(0), rows(x), integer(1)).output();
        Value conditional = gather(entries, firsts);
        Value m = guide(conditional, gather(entries, base), column.get(9), column.get(10), sample.length);

        Value predicted = sum(product(column.get(1), x), product(column.get(2), m));
        Value clip = column.get(8);
        Value lowest = graph.node("Neg", clip).output();
        predicted = graph.node("Max", lowest, graph.node("Min", clip, predicted).output())
                .output();
        Value next = sum(product(column.get(3), x), product(column.get(4), predicted));
        next = sum(next, product(column.get(5), previous));
        next = sum(next, product(column.get(6), noise));
        next = sum(next, product(column.get(7), m));
        graph.output(NEXT, next, ElementType.FLOAT, rowsOfSamples);
        graph.output(PREDICTED, predicted, ElementType.FLOAT, rowsOfSamples);
        return graph.build();
    }

    /** All rows with their conditions, then the guided ones with the empty condition. */
    private Value evaluate(Value input, Value timestep, Value guided) throws OnnxFormatException {
        Map<String, String> names = manifest.graphs().get("denoiser").inputs();
        Map<String, Value> bound = new HashMap<>();
        bind(bound, names.get("sample"), both(input, gather(input, guided)));
        bind(bound, names.get("timestep"), both(timestep, gather(timestep, guided)));
        for (BundleManifest.Tensor tensor : manifest.condition()) {
            long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
            Value given = graph.input(condition(tensor.name()), ElementType.FLOAT, Shape.leading("rows", shape));
            long[] one = new long[shape.length + 1];
            one[0] = 1;
            System.arraycopy(shape, 0, one, 1, shape.length);
            Value empty = graph.floats(
                    "tick.empty." + tensor.name(), one, bundle.unconditional().get(tensor.name()));
            Value zeros = graph.node("Mul", guided, graph.longs(0)).output();
            bind(bound, names.get(tensor.name()), both(given, gather(empty, zeros)));
        }
        String output = manifest.graphs().get("denoiser").outputs().get("prediction");
        Value prediction = graph.graft(denoiser, "denoiser/", bound).get(output);
        return cast(prediction, denoiser.outputs().get(output).element(), ElementType.FLOAT);
    }

    private void bind(Map<String, Value> bound, String name, Value value) throws OnnxFormatException {
        bound.put(
                name, cast(value, ElementType.FLOAT, denoiser.inputs().get(name).element()));
    }

    private Value cast(Value value, ElementType from, ElementType to) {
        return from == to
                ? value
                : graph.node("Cast", value).set("to", to.number()).output();
    }

    /** m_u + scale·(m_c − m_u), its standard deviation brought back; where m_u is m_c, exactly m_c. */
    private Value guide(Value conditional, Value base, Value scale, Value rescale, int dimensions) {
        Value difference = graph.node("Sub", conditional, base).output();
        Value guided = sum(base, product(scale, difference));
        Value ratio = graph.node(
                        "Sqrt",
                        graph.node("Div", variance(conditional, dimensions), variance(guided, dimensions))
                                .output())
                .output();
        Value change =
                product(rescale, graph.node("Sub", ratio, graph.scalar(1)).output());
        return product(guided, sum(change, graph.scalar(1)));
    }

    private Value variance(Value values, int dimensions) {
        Value centred = graph.node("Sub", values, mean(values, dimensions)).output();
        return graph.node("Max", mean(product(centred, centred), dimensions), graph.scalar(SMALLEST_VARIANCE))
                .output();
    }

    private Value mean(Value values, int dimensions) {
        long[] axes = IntStream.rangeClosed(1, dimensions).asLongStream().toArray();
        return graph.opset("") >= AXES_AS_INPUT
                ? graph.node("ReduceMean", values, graph.longs(axes)).output()
                : graph.node("ReduceMean", values).setList("axes", axes).output();
    }

    /** The number of rows, as a scalar. */
    private Value rows(Value x) {
        Value shape = graph.node("Shape", x).output();
        return graph.node("Gather", shape, integer(0)).output();
    }

    private Value integer(long value) {
        return graph.initialiser(
                "tick.integer." + value,
                ElementType.INT64,
                new long[0],
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value));
    }

    private Value both(Value first, Value second) {
        return graph.node("Concat", first, second).set("axis", 0).output();
    }

    private Value gather(Value values, Value indexes) {
        return graph.node("Gather", values, indexes).set("axis", 0).output();
    }

    private Value product(Value a, Value b) {
        return graph.node("Mul", a, b).output();
    }

    private Value sum(Value a, Value b) {
        return graph.node("Add", a, b).output();
    }
}
