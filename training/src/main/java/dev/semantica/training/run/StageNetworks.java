package dev.semantica.training.run;

import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.PageEncoderConfig;

/** The shape of a network where it follows from those before it. */
final class StageNetworks {

    private static final int PIXEL_PATCH = 4;

    private StageNetworks() {}

    /**
     * What an encoder says of an image.
     *
     * @param tokens how many
     * @param tokenWidth their width
     * @param pooledWidth width of the pooled vector
     */
    record Condition(int tokens, int tokenWidth, int pooledWidth) {}

    /** What the encoder that is trained here says. */
    static Condition condition(PageEncoderConfig encoder) {
        return new Condition(encoder.grid() * encoder.grid(), encoder.width(), encoder.pooledWidth());
    }

    /**
     * The denoiser over what the encoder and the autoencoder give.
     *
     * @throws IllegalArgumentException naming what cannot be
     */
    static ImageDenoiserConfig denoiser(RunConfig config, Condition condition) {
        boolean latent = config.denoiser().space() == RunConfig.Space.LATENT;
        RunConfig.DenoiserModel model = config.denoiser().model();
        return new ImageDenoiserConfig(
                latent ? config.autoencoder().model().channels() : 3,
                latent ? config.data().side() / 4 : config.data().side(),
                latent ? 1 : PIXEL_PATCH,
                model.convolutionWidth(),
                model.convolutionBlocks(),
                model.width(),
                model.heads(),
                model.blocks(),
                model.hidden(),
                model.crossWidth(),
                model.pooledCondition(),
                model.modulation(),
                condition.tokens(),
                condition.tokenWidth(),
                condition.pooledWidth(),
                model.output(),
                config.denoiser().shift());
    }
}
