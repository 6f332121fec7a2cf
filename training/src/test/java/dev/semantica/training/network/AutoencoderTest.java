package dev.semantica.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

class AutoencoderTest {

    /** What training with pictures at half their side stands on: norms are over what is there. */
    @Test
    void smallerLatentsAreDecodedAsBySmallerAutoencoder() {
        AutoencoderConfig large = TestNetworks.autoencoder();
        AutoencoderConfig small = new AutoencoderConfig(
                large.side() / 2,
                large.channels(),
                large.encoderWidth(),
                large.encoderBlocks(),
                large.decoderWidth(),
                large.decoderBlocks(),
                large.refinement(),
                large.refinementBlocks());
        try (NDManager manager = NDManager.newBaseManager();
                Autoencoder one = new Autoencoder(large, manager, 1);
                Autoencoder other = new Autoencoder(small, manager, 1)) {
            TestNetworks.shake(one.weights(), 2);
            TestNetworks.shake(other.weights(), 2);
            NDArray latents = TestNetworks.normal(manager, 3, 3, 2, 4, 4);
            int before = one.weights().manager().getManagedArrays().size();

            float[] found = one.decode(latents).toFloatArray();
            assertThat(one.weights().manager().getManagedArrays())
                    .as("what a step leaves with the weights")
                    .hasSize(before);
            float[] expected = other.decode(latents).toFloatArray();

            assertThat(found).hasSize(3 * 3 * 16 * 16).hasSameSizeAs(expected);
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
            }
        }
    }
}
