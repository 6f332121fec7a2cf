package dev.semantica.training.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Shape and size of an {@link Autoencoder}; its latents have a quarter of the pictures' side.
 *
 * @param side height and width of the pictures; a multiple of 4
 * @param channels channels of the latents
 * @param encoderWidth channels inside the encoder at half the side, doubled at a quarter; a multiple of 8
 * @param encoderBlocks its residual blocks at each of these sides
 * @param decoderWidth channels inside the decoder at half the side, doubled at a quarter; a multiple of 8
 * @param decoderBlocks its residual blocks at each of these sides
 * @param refinement channels at the full side before the last convolution; a multiple of 8 where there are blocks of it
 * @param refinementBlocks residual blocks at the full side
 */
public record AutoencoderConfig(
        int side,
        int channels,
        int encoderWidth,
        int encoderBlocks,
        int decoderWidth,
        int decoderBlocks,
        int refinement,
        int refinementBlocks) {

    /** Names every value that cannot be. */
    public AutoencoderConfig {
        List<String> problems = new ArrayList<>();
        Configured.require(side >= 4 && side % 4 == 0, "side must be a multiple of 4, but is " + side, problems);
        Configured.require(channels >= 1, "channels must be from 1, but is " + channels, problems);
        Configured.require(
                encoderWidth >= 8 && encoderWidth % 8 == 0 && decoderWidth >= 8 && decoderWidth % 8 == 0,
                "encoderWidth and decoderWidth must be multiples of 8, but are " + encoderWidth + " and "
                        + decoderWidth,
                problems);
        Configured.require(
                encoderBlocks >= 0 && decoderBlocks >= 0, "encoderBlocks and decoderBlocks must be from 0", problems);
        Configured.require(refinement >= 1, "refinement must be from 1, but is " + refinement, problems);
        Configured.require(
                refinementBlocks == 0 || (refinementBlocks > 0 && refinement % 8 == 0),
                "refinementBlocks must be from 0, and refinement a multiple of 8 where there are any, but they are "
                        + refinementBlocks + " and " + refinement,
                problems);
        Configured.refuse("autoencoder", problems);
    }

    /** The default: 64×64 pictures to latents of 8 channels at 16×16. */
    public static AutoencoderConfig defaults() {
        return new AutoencoderConfig(64, 8, 48, 1, 64, 2, 16, 0);
    }
}
