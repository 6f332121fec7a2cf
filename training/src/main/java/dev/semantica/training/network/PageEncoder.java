package dev.semantica.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.FloatTensor;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.Shape;
import dev.semantica.onnx.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The project's own encoder of pictures: convolutions down to a few tokens, transformer blocks between these, and a pooled
 * vector of their mean. It is trained with heads beside it ({@link EncoderHeads}), then frozen.
 */
public final class PageEncoder implements AutoCloseable {

    private final PageEncoderConfig config;
    private final Weights weights;
    private final List<Convolution> halvings = new ArrayList<>();
    private final List<ResidualBlock> residuals = new ArrayList<>();
    private final Linear into;
    private final Parameter positions;
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final LayerNorm norm;
    private final Perceptron pool;

    /** Draws the weights from the seed; they live on a manager below the given one until {@link #close()}. */
    public PageEncoder(PageEncoderConfig config, NDManager manager, long seed) {
        this.config = config;
        this.weights = new Weights(manager, seed);
        Scope scope = Scope.of(weights);
        List<Integer> channels = config.channels();
        // The first halving folds space into channels, so that nothing is convolved at the full side.
        halvings.add(new Convolution(scope.in("halvings.0"), 12, channels.get(0), 3, 1));
        for (int i = 1; i < channels.size(); i++) {
            halvings.add(new Convolution(scope.in("halvings." + i), channels.get(i - 1), channels.get(i), 3, 2));
        }
        for (int i = 1; i < Math.min(channels.size(), 3); i++) {
            residuals.add(ResidualBlock.plain(scope.in("residuals." + i), channels.get(i), config.side() >> (i + 1)));
        }
        int width = config.width();
        int grid = config.grid();
        into = new Linear(scope.in("into"), channels.get(channels.size() - 1), width);
        positions = scope.create("positions", Initialisation.truncatedNormal(0.02), (long) grid * grid, width);
        for (int i = 0; i < config.blocks(); i++) {
            blocks.add(TransformerBlock.plain(scope.in("blocks." + i), width, config.heads(), 2 * width));
        }
        norm = LayerNorm.learned(scope.in("norm"), width);
        pool = new Perceptron(scope.in("pool"), width, 2 * width, config.pooledWidth());
    }

    /** What it was built from. */
    public PageEncoderConfig config() {
        return config;
    }

    /** Its trainable arrays. */
    public Weights weights() {
        return weights;
    }

    /**
     * Takes over the weights of an encoder of the same shape that was written as a graph, by itself or inside of another.
     *
     * @param written the numbers of the graph by name, whatever stands before the last slash
     * @throws IllegalArgumentException if the shapes differ, naming every difference
     */
    public void startFrom(Map<String, FloatTensor> written) {
        Map<String, FloatTensor> own = new HashMap<>();
        written.forEach((name, values) -> own.put(name.substring(name.lastIndexOf('/') + 1), values));
        weights.loadWritten(own);
    }

    /**
     * Encodes pictures; the results belong to the manager of the pixels.
     *
     * @param pixels [n, 3, side, side] in −1 … 1
     */
    public Encoding encode(NDArray pixels) {
        return look(pixels).encoding();
    }

    /**
     * What it makes of pictures on the way and in the end.
     *
     * @param maps one for each halving of the side, [n, channels, side, side] of its own
     * @param encoding the end
     */
    public record Look(List<NDArray> maps, Encoding encoding) {}

    /**
     * Encodes pictures and keeps the maps on the way; all belong to the manager of the pixels.
     *
     * @param pixels [n, 3, side, side] in −1 … 1
     */
    public Look look(NDArray pixels) {
        List<NDArray> maps = new ArrayList<>();
        NDArray map = Rearrangement.spaceToDepth(pixels, 2);
        for (int i = 0; i < halvings.size(); i++) {
            map = Activation.gelu(halvings.get(i).forward(map));
            if (i >= 1 && i <= residuals.size()) {
                map = residuals.get(i - 1).forward(map);
            }
            maps.add(map);
        }
        NDArray x = into.forward(Rearrangement.toTokens(map)).add(positions.array());
        for (TransformerBlock block : blocks) {
            x = block.forward(x);
        }
        NDArray tokens = norm.forward(x);
        return new Look(maps, new Encoding(tokens, pool.forward(tokens.mean(new int[] {1}))));
    }

    /** Writes it as a graph: pixels → tokens, pooled. */
    public void write(GraphBuilder graph) {
        int side = config.side();
        Value pixels = graph.input("pixels", ElementType.FLOAT, Shape.leading("rows", 3, side, side));
        Value map = Rearrangement.spaceToDepth(graph, pixels, 2);
        for (int i = 0; i < halvings.size(); i++) {
            map = Gelu.write(graph, halvings.get(i).write(graph, map));
            if (i >= 1 && i <= residuals.size()) {
                map = residuals.get(i - 1).write(graph, map);
            }
        }
        Value entered = into.write(graph, Rearrangement.toTokens(graph, map));
        Value x = graph.node("Add", entered, positions.write(graph)).output();
        for (TransformerBlock block : blocks) {
            x = block.write(graph, x);
        }
        Value tokens = norm.write(graph, x);
        Value mean = graph.node("ReduceMean", tokens, graph.longs(1))
                .set("keepdims", 0)
                .output();
        Value pooled = pool.write(graph, mean);
        long count = (long) config.grid() * config.grid();
        graph.output("tokens", tokens, ElementType.FLOAT, Shape.leading("rows", count, config.width()));
        graph.output("pooled", pooled, ElementType.FLOAT, Shape.leading("rows", config.pooledWidth()));
    }

    @Override
    public void close() {
        weights.close();
    }
}
