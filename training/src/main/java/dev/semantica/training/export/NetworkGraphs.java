package dev.semantica.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.AutoencoderConfig;
import dev.semantica.training.network.Encoding;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.Standardisation;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/** Writes networks as graphs; none leaves here that was not compared with its network on random inputs. */
final class NetworkGraphs {

    /** More than one, so that mixed-up rows are seen. */
    private static final int ROWS = 3;

    private static final long SEED = 20240514;

    private final NDManager parent;

    NetworkGraphs(NDManager parent) {
        this.parent = parent;
    }

    OnnxModel encoder(PageEncoder encoder) throws ExportException {
        GraphBuilder graph = new GraphBuilder("encoder");
        encoder.write(graph);
        OnnxModel model = graph.build();
        check(model, encoder);
        return model;
    }

    /** Compares an encoder's graph with its network. */
    void check(OnnxModel model, PageEncoder encoder) throws ExportException {
        int side = encoder.config().side();
        try (NDManager manager = parent.newSubManager()) {
            NDArray pixels = uniform(manager, -1, 1, ROWS, 3, side, side);
            Encoding encoding = encoder.encode(pixels);
            Parity.check(
                    "encoder",
                    model,
                    Map.of("pixels", pixels),
                    Map.of("tokens", encoding.tokens(), "pooled", encoding.pooled()));
        }
    }

    OnnxModel denoiser(ImageDenoiser denoiser) throws ExportException {
        GraphBuilder graph = new GraphBuilder("denoiser");
        denoiser.write(graph);
        OnnxModel model = graph.build();
        check(model, denoiser, denoiser.config().channels());
        return model;
    }

    /**
     * Compares a denoiser's graph with its network.
     *
     * @param channels that the graph has, the first of the network's
     */
    void check(OnnxModel model, ImageDenoiser denoiser, int channels) throws ExportException {
        ImageDenoiserConfig config = denoiser.config();
        try (NDManager manager = parent.newSubManager()) {
            NDArray latents = normal(manager, ROWS, config.channels(), config.side(), config.side());
            NDArray timestep = uniform(manager, 0, 1, ROWS);
            NDArray tokens = normal(manager, ROWS, config.tokens(), config.tokenWidth());
            NDArray pooled = normal(manager, ROWS, config.pooledWidth());
            NDArray velocity =
                    denoiser.predict(latents, timestep, tokens, pooled).velocity();
            Parity.check(
                    "denoiser",
                    model,
                    Map.of(
                            "latents",
                            first(channels, latents),
                            "timestep",
                            timestep,
                            "tokens",
                            tokens,
                            "pooled",
                            pooled),
                    Map.of("velocity", first(channels, velocity)));
        }
    }

    OnnxModel latentEncoder(Autoencoder autoencoder, Standardisation standardisation) throws ExportException {
        GraphBuilder graph = new GraphBuilder("latent_encoder");
        autoencoder.writeEncoder(graph, standardisation);
        OnnxModel model = graph.build();
        checkLatentEncoder(model, autoencoder, standardisation);
        return model;
    }

    /**
     * Compares the graph of an autoencoder's first half with it.
     *
     * @param standardisation of the channels that the graph has, the first of the autoencoder's
     */
    void checkLatentEncoder(OnnxModel model, Autoencoder autoencoder, Standardisation standardisation)
            throws ExportException {
        int side = autoencoder.config().side();
        try (NDManager manager = parent.newSubManager()) {
            NDArray pixels = uniform(manager, -1, 1, ROWS, 3, side, side);
            NDArray latents =
                    standardisation.standardise(first(standardisation.mean().size(), autoencoder.encode(pixels)));
            Parity.check("latent_encoder", model, Map.of("pixels", pixels), Map.of("latents", latents));
        }
    }

    OnnxModel decoder(Autoencoder autoencoder, Standardisation standardisation) throws ExportException {
        GraphBuilder graph = new GraphBuilder("decoder");
        autoencoder.writeDecoder(graph, standardisation);
        OnnxModel model = graph.build();
        checkDecoder(model, autoencoder, standardisation);
        return model;
    }

    /**
     * Compares the graph of an autoencoder's second half with it.
     *
     * @param standardisation of the channels that the graph has, the first of the autoencoder's; the others are zeros
     */
    void checkDecoder(OnnxModel model, Autoencoder autoencoder, Standardisation standardisation)
            throws ExportException {
        AutoencoderConfig config = autoencoder.config();
        try (NDManager manager = parent.newSubManager()) {
            int channels = standardisation.mean().size();
            long quarter = config.side() / 4;
            NDArray latents = normal(manager, ROWS, channels, quarter, quarter);
            NDArray restored = standardisation.restore(latents);
            NDArray all = channels == config.channels()
                    ? restored
                    : restored.concat(
                            manager.zeros(new Shape(ROWS, config.channels() - channels, quarter, quarter)), 1);
            NDArray pixels = autoencoder.decode(all).clip(-1, 1);
            Parity.check("decoder", model, Map.of("latents", latents), Map.of("pixels", pixels));
        }
    }

    private static NDArray first(int channels, NDArray array) {
        return array.get(":,:" + channels);
    }

    private static NDArray normal(NDManager manager, long... shape) {
        Random random = random(shape);
        float[] values = new float[size(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(shape));
    }

    private static NDArray uniform(NDManager manager, float from, float to, long... shape) {
        Random random = random(shape);
        float[] values = new float[size(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = from + (to - from) * random.nextFloat();
        }
        return manager.create(values, new Shape(shape));
    }

    /** Inputs of different shapes begin with different numbers. */
    private static Random random(long... shape) {
        return new Random(SEED + Arrays.hashCode(shape));
    }

    private static int size(long... shape) {
        return Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
    }
}
