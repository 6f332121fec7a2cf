package dev.semantica.training.run;

import ai.djl.ndarray.NDManager;
import dev.semantica.training.data.FrozenTensors;
import dev.semantica.training.data.PackedPages;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.Standardisation;
import dev.semantica.training.objective.DenoiserLearner;
import dev.semantica.training.objective.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What the frozen networks say of every image, computed once and kept on the disk. */
final class FrozenNetworks {

    private final Path cache;
    private final PackedPages store;
    private final FrozenEncoder encoder;
    private final StageListener listener;

    /**
     * Over the images of a store.
     *
     * @param directory the run's; the caches lie below it
     */
    FrozenNetworks(Path directory, PackedPages store, FrozenEncoder encoder, StageListener listener) {
        this.cache = directory.resolve("frozen");
        this.store = store;
        this.encoder = encoder;
        this.listener = listener;
    }

    /**
     * The autoencoder's latents, standardised, or the pixels.
     *
     * @param autoencoder null in pixel space
     * @param autoencoderKey names its caches
     */
    DenoiserLearner.Known known(
            ImageDenoiserConfig shape,
            Autoencoder autoencoder,
            Standardisation standardisation,
            String autoencoderKey,
            NDManager manager)
            throws IOException {
        List<FrozenTensors> condition = condition();
        return new DenoiserLearner.Known(
                condition.get(0),
                condition.get(1),
                autoencoder == null
                        ? Pixels.rows(store)
                        : latents(shape, autoencoder, standardisation, autoencoderKey, manager));
    }

    private FrozenTensors latents(
            ImageDenoiserConfig shape,
            Autoencoder autoencoder,
            Standardisation standardisation,
            String autoencoderKey,
            NDManager manager)
            throws IOException {
        String work = "latents of images";
        listener.started(work, store.images(), "images");
        FrozenTensors latents = FrozenTensors.of(
                cache.resolve(autoencoderKey + ".samples"),
                store.images(),
                shape.channels() * shape.side() * shape.side(),
                images -> {
                    try (NDManager batch = manager.newSubManager()) {
                        return standardisation
                                .standardise(autoencoder.encode(Pixels.of(store, images, batch)))
                                .toFloatArray();
                    }
                },
                done -> listener.progressed(done, ""));
        listener.ended(work);
        return latents;
    }

    /** Tokens and pooled vectors, in one pass over the images; where the pooled vector is the only token, it is both. */
    private List<FrozenTensors> condition() throws IOException {
        StageNetworks.Condition shape = encoder.shape();
        if (shape.tokens() == 1 && shape.tokenWidth() == shape.pooledWidth()) {
            FrozenTensors pooled = pooled();
            return List.of(pooled, pooled);
        }
        String work = "tokens and pooled vectors of images";
        listener.started(work, store.images(), "images");
        List<FrozenTensors> found = FrozenTensors.of(
                List.of(
                        new FrozenTensors.Output(
                                cache.resolve(encoder.key() + ".tokens"), shape.tokens() * shape.tokenWidth()),
                        new FrozenTensors.Output(cache.resolve(encoder.key() + ".pooled"), shape.pooledWidth())),
                store.images(),
                images -> encoder.encode(images, store),
                done -> listener.progressed(done, ""));
        listener.ended(work);
        return found;
    }

    /** Pooled vectors alone. */
    FrozenTensors pooled() throws IOException {
        String work = "pooled vectors of images";
        listener.started(work, store.images(), "images");
        FrozenTensors found = FrozenTensors.of(
                cache.resolve(encoder.key() + ".pooled"),
                store.images(),
                encoder.shape().pooledWidth(),
                images -> encoder.encode(images, store).get(1),
                done -> listener.progressed(done, ""));
        listener.ended(work);
        return found;
    }
}
