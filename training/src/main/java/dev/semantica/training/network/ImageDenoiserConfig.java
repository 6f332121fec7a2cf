package dev.semantica.training.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Shape and size of an {@link ImageDenoiser}.
 *
 * @param channels channels of what is denoised: 3 for pixels, the autoencoder's for latents
 * @param side its height and width
 * @param patch space folded into channels before the first convolution: 1 for latents, 4 for 64×64 pixels
 * @param convolutionWidth channels of the convolutional blocks at side / patch; a multiple of 8
 * @param convolutionBlocks convolutional blocks before, and as many after, the transformer
 * @param width width of the transformer, which works at half of side / patch
 * @param heads its heads of self-attention
 * @param blocks its blocks; even: the first half is joined to the second by long skips
 * @param hidden width inside its perceptrons
 * @param crossWidth width inside the cross-attention to the encoder's tokens, 64 a head; 0 for none
 * @param pooledCondition whether the pooled condition modulates the norms beside the timestep
 * @param modulation width of the vector that modulates the norms
 * @param tokens number of the encoder's tokens
 * @param tokenWidth their width
 * @param pooledWidth width of the encoder's pooled vector
 * @param output what the last layer gives; the network gives the velocity in any case
 * @param shift resolution shift of the noise schedule, which turns one into the other; 1 for none
 */
public record ImageDenoiserConfig(
        int channels,
        int side,
        int patch,
        int convolutionWidth,
        int convolutionBlocks,
        int width,
        int heads,
        int blocks,
        int hidden,
        int crossWidth,
        boolean pooledCondition,
        int modulation,
        int tokens,
        int tokenWidth,
        int pooledWidth,
        Output output,
        double shift) {

    /** What a last layer gives. */
    public enum Output {
        /** The velocity α·ε − σ·x. */
        VELOCITY,
        /** The sample x without noise, which lies in far fewer dimensions than noise does (Li and He 2025, arXiv 2511.13720). */
        SAMPLE
    }

    /** Noise below which the velocity is not divided any more when it is computed from the sample. */
    public static final double LEAST_NOISE = 0.1;

    /** Width of one head of the cross-attention, unless the whole is narrower. */
    static final int CROSS_HEAD = 64;

    /** Names every value that cannot be. */
    public ImageDenoiserConfig {
        List<String> problems = new ArrayList<>();
        int grid = patch > 0 ? side / patch : 0;
        Configured.require(channels >= 1, "channels must be from 1, but is " + channels, problems);
        Configured.require(
                patch >= 1 && grid >= 2 && grid % 2 == 0 && grid * patch == side,
                "side / patch must be even, but side is " + side + " and patch " + patch,
                problems);
        Configured.require(
                convolutionWidth >= 8 && convolutionWidth % 8 == 0,
                "convolutionWidth must be a multiple of 8, but is " + convolutionWidth,
                problems);
        Configured.require(
                convolutionBlocks >= 0, "convolutionBlocks must be from 0, but is " + convolutionBlocks, problems);
        Configured.require(
                heads >= 1 && width >= heads && width % heads == 0,
                "width must be a multiple of heads, but they are " + width + " and " + heads,
                problems);
        Configured.require(
                blocks >= 2 && blocks % 2 == 0, "blocks must be even and from 2, but is " + blocks, problems);
        Configured.require(hidden >= 1, "hidden must be from 1, but is " + hidden, problems);
        Configured.require(
                crossWidth >= 0 && (crossWidth <= CROSS_HEAD || crossWidth % CROSS_HEAD == 0),
                "crossWidth must be 0 or a multiple of " + CROSS_HEAD + ", but is " + crossWidth,
                problems);
        Configured.require(
                crossWidth > 0 || pooledCondition,
                "one of crossWidth and pooledCondition is needed, or nothing says what to draw",
                problems);
        Configured.require(modulation >= 1, "modulation must be from 1, but is " + modulation, problems);
        Configured.require(
                tokens >= 1 && tokenWidth >= 1 && pooledWidth >= 1,
                "tokens, tokenWidth and pooledWidth must be from 1",
                problems);
        Configured.require(shift > 0, "shift must be positive, but is " + shift, problems);
        Configured.refuse("denoiser", problems);
    }

    /** The default for latents of that many channels at 16×16, under {@link PageEncoderConfig#defaults()}. */
    public static ImageDenoiserConfig latent(int channels) {
        return new ImageDenoiserConfig(
                channels, 16, 1, 64, 2, 256, 4, 6, 512, 128, true, 64, 16, 192, 192, Output.VELOCITY, 1);
    }

    /** Side of the convolutional blocks. */
    int grid() {
        return side / patch;
    }
}
