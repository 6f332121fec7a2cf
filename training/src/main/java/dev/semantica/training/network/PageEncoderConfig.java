package dev.semantica.training.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Shape and size of a {@link PageEncoder}.
 *
 * @param side height and width of the pictures; a multiple of 2 to the power of the halvings, one for each of the channels
 * @param channels channels at half, quarter and eighth of the side, and beyond; each a multiple of 8
 * @param halvings how often the side is halved before there are tokens: 4 for 4×4 tokens of 64×64 pictures, 3 for 8×8
 * @param width width of the tokens
 * @param heads heads of the attention between them
 * @param blocks transformer blocks over them; from 0
 * @param pooledWidth width of the pooled vector
 */
public record PageEncoderConfig(
        int side, List<Integer> channels, int halvings, int width, int heads, int blocks, int pooledWidth) {

    /** Names every value that cannot be. */
    public PageEncoderConfig {
        channels = List.copyOf(channels);
        List<String> problems = new ArrayList<>();
        Configured.require(
                halvings >= 1 && halvings <= 8 && side >= 1 << halvings && side % (1 << Math.min(halvings, 8)) == 0,
                "halvings must be from 1 to 8 and side a multiple of 2 to their power, but they are " + halvings
                        + " and " + side,
                problems);
        Configured.require(
                channels.size() == halvings && channels.stream().allMatch(value -> value >= 8 && value % 8 == 0),
                "channels must be multiples of 8, one a halving, but are " + channels,
                problems);
        Configured.require(
                heads >= 1 && width >= heads && width % heads == 0,
                "width must be a multiple of heads, but they are " + width + " and " + heads,
                problems);
        Configured.require(blocks >= 0, "blocks must be from 0, but is " + blocks, problems);
        Configured.require(pooledWidth >= 1, "pooledWidth must be from 1, but is " + pooledWidth, problems);
        Configured.refuse("encoder", problems);
    }

    /** The default: 64×64 to 16 tokens of 192 and a pooled vector of 192. */
    public static PageEncoderConfig defaults() {
        return new PageEncoderConfig(64, List.of(64, 128, 192, 256), 4, 192, 4, 2, 192);
    }

    /** Tokens a side. */
    public int grid() {
        return side >> halvings;
    }
}
