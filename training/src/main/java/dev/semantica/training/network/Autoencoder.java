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
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Pictures to latents of a quarter of their side, and back. Space is folded into channels first and unfolded last, so that
 * little runs at the pictures' own side; the decoder is the heavier half, as it has to draw.
 */
public final class Autoencoder implements AutoCloseable {

    private static final String DECODER = "decoder";
    private static final Pattern BLOCK = Pattern.compile("(encoder|decoder)\\.(quarter|half|full)\\.\\d+\\.");
    private static final Map<String, Integer> CHANNELS =
            Map.of("encoder.toLatents.weight", 0, "encoder.toLatents.bias", 0, "decoder.fromLatents.weight", 1);

    private final AutoencoderConfig config;
    private final Weights weights;
    private final Convolution fold;
    private final List<ResidualBlock> encoderHalf = new ArrayList<>();
    private final Convolution shrink;
    private final List<ResidualBlock> encoderQuarter = new ArrayList<>();
    private final Convolution toLatents;
    private final Convolution fromLatents;
    private final List<ResidualBlock> decoderQuarter = new ArrayList<>();
    private final Convolution grow;
    private final List<ResidualBlock> decoderHalf = new ArrayList<>();
    private final Convolution unfold;
    private final List<ResidualBlock> decoderFull = new ArrayList<>();
    private final Convolution refine;

    /** Draws the weights from the seed; they live on a manager below the given one until {@link #close()}. */
    public Autoencoder(AutoencoderConfig config, NDManager manager, long seed) {
        this.config = config;
        this.weights = new Weights(manager, seed);
        Scope encoder = Scope.of(weights).in("encoder");
        Scope decoder = Scope.of(weights).in(DECODER);
        int half = config.side() / 2;
        int quarter = config.side() / 4;
        int in = config.encoderWidth();
        int out = config.decoderWidth();
        fold = new Convolution(encoder.in("fold"), 12, in, 3, 1);
        shrink = new Convolution(encoder.in("shrink"), 4 * in, 2 * in, 3, 1);
        for (int i = 0; i < config.encoderBlocks(); i++) {
            encoderHalf.add(ResidualBlock.plain(encoder.in("half." + i), in, half));
            encoderQuarter.add(ResidualBlock.plain(encoder.in("quarter." + i), 2 * in, quarter));
        }
        toLatents = new Convolution(encoder.in("toLatents"), 2 * in, config.channels(), 3, 1);
        fromLatents = new Convolution(decoder.in("fromLatents"), config.channels(), 2 * out, 3, 1);
        for (int i = 0; i < config.decoderBlocks(); i++) {
            decoderQuarter.add(ResidualBlock.plain(decoder.in("quarter." + i), 2 * out, quarter));
            decoderHalf.add(ResidualBlock.plain(decoder.in("half." + i), out, half));
        }
        grow = new Convolution(decoder.in("grow"), 2 * out, 4 * out, 3, 1);
        unfold = new Convolution(decoder.in("unfold"), out, 4 * config.refinement(), 3, 1);
        for (int i = 0; i < config.refinementBlocks(); i++) {
            decoderFull.add(ResidualBlock.plain(decoder.in("full." + i), config.refinement(), config.side()));
        }
        refine = new Convolution(decoder.in("refine"), config.refinement(), 3, 3, 1);
    }

    /** What it was built from. */
    public AutoencoderConfig config() {
        return config;
    }

    /** Its trainable arrays; those of the encoder start with "encoder.", those of the decoder with "decoder.". */
    public Weights weights() {
        return weights;
    }

    /**
     * Encodes pictures; the result belongs to the manager of the pixels.
     *
     * @param pixels [n, 3, side, side] in −1 … 1
     * @return latents [n, channels, side / 4, side / 4], not standardised
     */
    public NDArray encode(NDArray pixels) {
        NDArray x = Activation.gelu(fold.forward(Rearrangement.spaceToDepth(pixels, 2)));
        x = through(encoderHalf, x);
        x = Activation.gelu(shrink.forward(Rearrangement.spaceToDepth(x, 2)));
        x = through(encoderQuarter, x);
        return toLatents.forward(x);
    }

    /**
     * Decodes latents; the result belongs to their manager.
     *
     * @param latents [n, channels, side / 4, side / 4], not standardised
     * @return pixels [n, 3, side, side], not clamped
     */
    public NDArray decode(NDArray latents) {
        NDArray x = fromLatents.forward(latents);
        x = through(decoderQuarter, x);
        x = Rearrangement.depthToSpace(Activation.gelu(grow.forward(x)), 2);
        x = through(decoderHalf, x);
        x = Rearrangement.depthToSpace(unfold.forward(x), 2);
        x = through(decoderFull, x);
        return refine.forward(Activation.gelu(x));
    }

    /** Those of its arrays that belong to the decoder. */
    public static SortedMap<String, NDArray> ofDecoder(SortedMap<String, NDArray> all) {
        SortedMap<String, NDArray> own = new TreeMap<>(all);
        own.keySet().removeIf(name -> !name.startsWith(DECODER + "."));
        return own;
    }

    /**
     * Takes over the weights of an autoencoder of the same shape that was written as graphs, or of one with fewer blocks or
     * channels: new blocks begin as the identity, and new channels come last and mean nothing to the decoder yet.
     *
     * @param written the numbers of both graphs by name
     * @throws IllegalArgumentException if the shapes differ, naming every difference
     */
    public void startFrom(Map<String, FloatTensor> written) {
        weights.loadWritten(written, BLOCK, CHANNELS);
    }

    /** Writes the encoder as a graph: pixels → latents, standardised. */
    public void writeEncoder(GraphBuilder graph, Standardisation standardisation) {
        Value pixels = graph.input("pixels", ElementType.FLOAT, pixelShape());
        Value x = Gelu.write(graph, fold.write(graph, Rearrangement.spaceToDepth(graph, pixels, 2)));
        x = written(graph, encoderHalf, x);
        x = Gelu.write(graph, shrink.write(graph, Rearrangement.spaceToDepth(graph, x, 2)));
        x = written(graph, encoderQuarter, x);
        Value latents = standardisation.writeStandardise(graph, toLatents.write(graph, x));
        graph.output("latents", latents, ElementType.FLOAT, latentShape());
    }

    /** Writes the decoder as a graph: standardised latents → pixels, clamped to ±1. */
    public void writeDecoder(GraphBuilder graph, Standardisation standardisation) {
        Value latents = graph.input("latents", ElementType.FLOAT, latentShape());
        Value x = fromLatents.write(graph, standardisation.writeRestore(graph, latents));
        x = written(graph, decoderQuarter, x);
        x = Rearrangement.depthToSpace(graph, Gelu.write(graph, grow.write(graph, x)), 2);
        x = written(graph, decoderHalf, x);
        x = Rearrangement.depthToSpace(graph, unfold.write(graph, x), 2);
        x = written(graph, decoderFull, x);
        Value drawn = refine.write(graph, Gelu.write(graph, x));
        Value pixels =
                graph.node("Clip", drawn, graph.scalar(-1), graph.scalar(1)).output();
        graph.output("pixels", pixels, ElementType.FLOAT, pixelShape());
    }

    private static NDArray through(List<ResidualBlock> blocks, NDArray x) {
        NDArray through = x;
        for (ResidualBlock block : blocks) {
            through = block.forward(through);
        }
        return through;
    }

    private static Value written(GraphBuilder graph, List<ResidualBlock> blocks, Value x) {
        Value written = x;
        for (ResidualBlock block : blocks) {
            written = block.write(graph, written);
        }
        return written;
    }

    private Shape pixelShape() {
        return Shape.leading("rows", 3, config.side(), config.side());
    }

    private Shape latentShape() {
        return Shape.leading("rows", config.channels(), config.side() / 4, config.side() / 4);
    }

    @Override
    public void close() {
        weights.close();
    }
}
