package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.FloatTensor;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The U-shaped denoiser: convolutional blocks around a transformer at half their resolution, whose first half is joined to
 * its second by long skips (U-ViT, Bao et al. 2023; simple diffusion, arXiv 2301.11093). The timestep and the pooled
 * condition modulate the norms; the transformer attends to the encoder's tokens, as in Semantica (arXiv 2405.14857).
 * Gives zeros until it is trained.
 */
public final class ImageDenoiser implements AutoCloseable {

    private static final Pattern CONVOLUTIONAL_BLOCK = Pattern.compile("(down|up)\\.\\d+\\.");
    private static final Map<String, Integer> CHANNELS = Map.of("stem.weight", 1, "head.weight", 0, "head.bias", 0);

    private final ImageDenoiserConfig config;
    private final Weights weights;
    private final Parameter emptyTokens;
    private final Parameter emptyPooled;
    private final TimestepEmbedding timestepEmbedding;
    private final Perceptron timestepPerceptron;
    private final LayerNorm pooledNorm;
    private final Perceptron pooledPerceptron;
    private final LayerNorm tokensNorm;
    private final Parameter tokensPositions;
    private final Convolution stem;
    private final List<ResidualBlock> down = new ArrayList<>();
    private final Linear into;
    private final Parameter positions;
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final List<Linear> skips = new ArrayList<>();
    private final LayerNorm outNorm;
    private final Linear outOf;
    private final Convolution join;
    private final List<ResidualBlock> up = new ArrayList<>();
    private final Convolution head;

    /** Draws the weights from the seed; they live on a manager below the given one until {@link #close()}. */
    public ImageDenoiser(ImageDenoiserConfig config, NDManager manager, long seed) {
        this.config = config;
        this.weights = new Weights(manager, seed);
        Scope scope = Scope.of(weights);
        int modulation = config.modulation();
        int width = config.width();
        int channels = config.convolutionWidth();
        int folded = config.channels() * config.patch() * config.patch();
        Initialisation small = Initialisation.truncatedNormal(0.02);
        emptyTokens = scope.create("empty.tokens", small, config.tokens(), config.tokenWidth());
        emptyPooled = scope.create("empty.pooled", small, config.pooledWidth());
        timestepEmbedding = new TimestepEmbedding(weights);
        timestepPerceptron = new Perceptron(scope.in("timestep"), TimestepEmbedding.WIDTH, width, modulation);
        boolean pooled = config.pooledCondition();
        pooledNorm = pooled ? LayerNorm.learned(scope.in("pooledNorm"), config.pooledWidth()) : null;
        pooledPerceptron = pooled ? new Perceptron(scope.in("pooled"), config.pooledWidth(), width, modulation) : null;
        boolean cross = config.crossWidth() > 0;
        tokensNorm = cross ? LayerNorm.learned(scope.in("tokensNorm"), config.tokenWidth()) : null;
        tokensPositions = cross ? scope.create("tokensPositions", small, config.tokens(), config.tokenWidth()) : null;
        stem = new Convolution(scope.in("stem"), folded, channels, 3, 1);
        into = new Linear(scope.in("into"), 4 * channels, width);
        positions = scope.create("positions", small, (long) config.grid() * config.grid() / 4, width);
        for (int i = 0; i < config.blocks(); i++) {
            Scope block = scope.in("blocks." + i);
            blocks.add(TransformerBlock.modulated(
                    block,
                    width,
                    config.heads(),
                    config.hidden(),
                    modulation,
                    cross ? cross(block.in("cross")) : null));
            if (i >= config.blocks() / 2) {
                skips.add(new Linear(scope.in("skips." + i), 2 * width, width));
            }
        }
        outNorm = LayerNorm.learned(scope.in("outNorm"), width);
        outOf = new Linear(scope.in("outOf"), width, 4 * channels);
        join = new Convolution(scope.in("join"), 2 * channels, channels, 1, 1);
        for (int i = 0; i < config.convolutionBlocks(); i++) {
            down.add(ResidualBlock.modulated(scope.in("down." + i), channels, config.grid(), modulation));
            up.add(ResidualBlock.modulated(scope.in("up." + i), channels, config.grid(), modulation));
        }
        head = Convolution.zero(scope.in("head"), channels, folded, 3);
    }

    private Attention cross(Scope scope) {
        int inner = config.crossWidth();
        int heads = Math.max(1, inner / ImageDenoiserConfig.CROSS_HEAD);
        return Attention.cross(scope, config.width(), config.tokenWidth(), inner, heads);
    }

    /** What it was built from. */
    public ImageDenoiserConfig config() {
        return config;
    }

    /** Its trainable arrays, those of the empty condition among them. */
    public Weights weights() {
        return weights;
    }

    /**
     * Predicts the velocity of noisy samples; the results belong to the manager of the latents.
     *
     * @param latents [n, channels, side, side]
     * @param timestep [n], in (0, 1)
     * @param tokens [n, T, D]
     * @param pooled [n, P]
     */
    public Prediction predict(NDArray latents, NDArray timestep, NDArray tokens, NDArray pooled) {
        NDArray condition = timestepPerceptron.forward(timestepEmbedding.forward(timestep));
        if (pooledNorm != null) {
            condition = condition.add(pooledPerceptron.forward(pooledNorm.forward(pooled)));
        }
        condition = Activation.gelu(condition);
        NDArray context = tokensNorm == null ? null : tokensNorm.forward(tokens).add(tokensPositions.array());
        NDArray map = stem.forward(Rearrangement.spaceToDepth(latents, config.patch()));
        for (ResidualBlock block : down) {
            map = block.forward(map, condition);
        }
        NDArray x = into.forward(Rearrangement.toTokens(Rearrangement.spaceToDepth(map, 2)))
                .add(positions.array());
        Deque<NDArray> open = new ArrayDeque<>();
        NDArray middle = null;
        for (int i = 0; i < blocks.size(); i++) {
            if (i >= blocks.size() / 2) {
                Linear skip = skips.get(i - blocks.size() / 2);
                x = skip.forward(NDArrays.concat(new NDList(x, open.pop()), 2));
            }
            x = blocks.get(i).forward(x, condition, context);
            if (i < blocks.size() / 2) {
                open.push(x);
                middle = x;
            }
        }
        NDArray deep = Rearrangement.toMap(outOf.forward(outNorm.forward(x)), config.grid() / 2);
        map = join.forward(NDArrays.concat(new NDList(Rearrangement.depthToSpace(deep, 2), map), 1));
        for (ResidualBlock block : up) {
            map = block.forward(map, condition);
        }
        NDArray given = Rearrangement.depthToSpace(head.forward(map), config.patch());
        boolean velocity = config.output() == ImageDenoiserConfig.Output.VELOCITY;
        return new Prediction(velocity ? given : velocity(latents, timestep, given), middle);
    }

    /** v = (α·z − x) / σ, with σ from {@link ImageDenoiserConfig#LEAST_NOISE} on. */
    private NDArray velocity(NDArray noisy, NDArray timestep, NDArray sample) {
        NDArray angle = Scaling.by(Math.PI / 2, timestep).reshape(-1, 1, 1, 1);
        NDArray cosine = angle.cos();
        NDArray sine = Scaling.by(1 / config.shift(), angle.sin());
        NDArray length = cosine.square().add(sine.square()).sqrt();
        NDArray noise = sine.div(length).maximum(ImageDenoiserConfig.LEAST_NOISE);
        return noisy.mul(cosine.div(length)).sub(sample).div(noise);
    }

    private Value velocity(GraphBuilder graph, Value noisy, Value timestep, Value sample) {
        Value column = graph.node("Reshape", timestep, graph.longs(-1, 1, 1, 1)).output();
        Value angle =
                graph.node("Mul", column, graph.scalar((float) (Math.PI / 2))).output();
        Value cosine = graph.node("Cos", angle).output();
        Value sine = graph.node("Div", graph.node("Sin", angle).output(), graph.scalar((float) config.shift()))
                .output();
        Value squares = graph.node(
                        "Add",
                        graph.node("Mul", cosine, cosine).output(),
                        graph.node("Mul", sine, sine).output())
                .output();
        Value length = graph.node("Sqrt", squares).output();
        Value noise = graph.node("Max", graph.node("Div", sine, length).output(), graph.scalar((float)
                        ImageDenoiserConfig.LEAST_NOISE))
                .output();
        Value signal = graph.node(
                        "Mul", noisy, graph.node("Div", cosine, length).output())
                .output();
        return graph.node("Div", graph.node("Sub", signal, sample).output(), noise)
                .output();
    }

    /**
     * Replaces the condition of some rows by the empty one, which is learned: training with that makes classifier-free
     * guidance possible (Ho and Salimans 2022).
     *
     * @param encoding the condition of n rows
     * @param keep [n] floats, 1 to keep a row's condition and 0 to replace it
     */
    public Encoding drop(Encoding encoding, NDArray keep) {
        NDArray kept = keep.reshape(-1, 1);
        NDArray dropped = kept.neg().add(1);
        NDArray pooled = encoding.pooled().mul(kept).add(dropped.mul(emptyPooled.array()));
        NDArray tokens = encoding.tokens()
                .mul(kept.expandDims(2))
                .add(dropped.expandDims(2).mul(emptyTokens.array()));
        return new Encoding(tokens, pooled);
    }

    /** The empty condition, for a bundle's unconditional.json: values by tensor, tokens and pooled. */
    public Map<String, float[]> emptyCondition() {
        Map<String, float[]> values = new LinkedHashMap<>();
        values.put("tokens", emptyTokens.array().toFloatArray());
        values.put("pooled", emptyPooled.array().toFloatArray());
        return values;
    }

    /**
     * Takes over the weights of a denoiser of the same shape that was written as a graph. This one may have more
     * convolutional blocks, which are the identity until they are trained (Net2Net, Chen et al. 2016), and more channels
     * of latents, which come last: it passes over them and gives zeros for them at first.
     *
     * @param written the graph's numbers by name
     * @param empty its empty condition, as {@link #emptyCondition()} gave it
     * @throws IllegalArgumentException if the shapes differ, naming every difference
     */
    public void startFrom(Map<String, FloatTensor> written, Map<String, float[]> empty) {
        Map<String, FloatTensor> all = new LinkedHashMap<>(written);
        empty.forEach((name, values) -> {
            List<Long> shape = name.equals("tokens")
                    ? List.of((long) config.tokens(), (long) config.tokenWidth())
                    : List.of((long) config.pooledWidth());
            all.put("empty." + name, new FloatTensor(shape, values));
        });
        // Folded space would put the channels in another order.
        weights.loadWritten(all, CONVOLUTIONAL_BLOCK, config.patch() == 1 ? CHANNELS : Map.of());
    }

    /** Writes it as a graph: latents, timestep, tokens, pooled → velocity. */
    public void write(GraphBuilder graph) {
        Shape sample = Shape.leading("rows", config.channels(), config.side(), config.side());
        Value latents = graph.input("latents", ElementType.FLOAT, sample);
        Value timestep = graph.input("timestep", ElementType.FLOAT, Shape.leading("rows"));
        Value tokens =
                graph.input("tokens", ElementType.FLOAT, Shape.leading("rows", config.tokens(), config.tokenWidth()));
        Value pooled = graph.input("pooled", ElementType.FLOAT, Shape.leading("rows", config.pooledWidth()));
        Value condition = timestepPerceptron.write(graph, timestepEmbedding.write(graph, timestep));
        if (pooledNorm != null) {
            Value added = pooledPerceptron.write(graph, pooledNorm.write(graph, pooled));
            condition = graph.node("Add", condition, added).output();
        }
        condition = Gelu.write(graph, condition);
        Value context = tokensNorm == null
                ? Value.NONE
                : graph.node("Add", tokensNorm.write(graph, tokens), tokensPositions.write(graph))
                        .output();
        Value map = stem.write(graph, Rearrangement.spaceToDepth(graph, latents, config.patch()));
        for (ResidualBlock block : down) {
            map = block.write(graph, map, condition);
        }
        Value entered = into.write(graph, Rearrangement.toTokens(graph, Rearrangement.spaceToDepth(graph, map, 2)));
        Value x = graph.node("Add", entered, positions.write(graph)).output();
        Deque<Value> open = new ArrayDeque<>();
        for (int i = 0; i < blocks.size(); i++) {
            if (i >= blocks.size() / 2) {
                Value joined =
                        graph.node("Concat", x, open.pop()).set("axis", 2).output();
                x = skips.get(i - blocks.size() / 2).write(graph, joined);
            }
            x = blocks.get(i).write(graph, x, condition, context);
            if (i < blocks.size() / 2) {
                open.push(x);
            }
        }
        Value deep = Rearrangement.toMap(graph, outOf.write(graph, outNorm.write(graph, x)), config.grid() / 2);
        Value raised = Rearrangement.depthToSpace(graph, deep, 2);
        map = join.write(graph, graph.node("Concat", raised, map).set("axis", 1).output());
        for (ResidualBlock block : up) {
            map = block.write(graph, map, condition);
        }
        Value given = Rearrangement.depthToSpace(graph, head.write(graph, map), config.patch());
        Value velocity = config.output() == ImageDenoiserConfig.Output.VELOCITY
                ? given
                : velocity(graph, latents, timestep, given);
        graph.output("velocity", velocity, ElementType.FLOAT, sample);
    }

    @Override
    public void close() {
        weights.close();
    }
}
