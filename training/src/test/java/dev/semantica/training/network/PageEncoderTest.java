package dev.semantica.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PageEncoderTest {

    @Test
    void encodesToTheGridThatIsConfigured() {
        PageEncoderConfig fine = new PageEncoderConfig(32, List.of(8, 16, 16), 3, 12, 2, 1, 10);
        try (NDManager manager = NDManager.newBaseManager();
                PageEncoder coarse = new PageEncoder(TestNetworks.encoder(), manager, 1);
                PageEncoder finer = new PageEncoder(fine, manager, 1)) {
            NDArray pixels = TestNetworks.normal(manager, 2, 3, 3, 32, 32);
            assertThat(coarse.encode(pixels).tokens().getShape()).isEqualTo(new Shape(3, 4, 12));
            assertThat(coarse.encode(pixels).pooled().getShape()).isEqualTo(new Shape(3, 10));
            assertThat(finer.encode(pixels).tokens().getShape()).isEqualTo(new Shape(3, 16, 12));
            // A row's encoding is its own: what else is in the batch does not matter.
            NDArray alone = coarse.encode(pixels.get("1:2")).pooled();
            float[] together = coarse.encode(pixels).pooled().get(1).toFloatArray();
            for (int i = 0; i < together.length; i++) {
                assertThat(alone.toFloatArray()[i]).isCloseTo(together[i], within(1e-5f));
            }
        }
    }

    @Test
    void headsReadTheEncoding() {
        try (NDManager manager = NDManager.newBaseManager();
                PageEncoder encoder = new PageEncoder(TestNetworks.encoder(), manager, 1);
                EncoderHeads heads = new EncoderHeads(
                        TestNetworks.encoder(), Map.of("kind", 5, "background", 3), 2, 8, manager, 2)) {
            Encoding encoding = encoder.encode(TestNetworks.normal(manager, 2, 3, 3, 32, 32));
            Map<String, NDArray> logits = heads.categories(encoding.pooled());
            assertThat(logits.keySet()).containsExactly("background", "kind");
            assertThat(logits.get("kind").getShape()).isEqualTo(new Shape(3, 5));
            assertThat(heads.quantities(encoding.pooled()).getShape()).isEqualTo(new Shape(3, 2));
            assertThat(heads.draw(encoding.tokens()).getShape()).isEqualTo(new Shape(3, 3, 8, 8));
            for (float length :
                    heads.project(encoding.pooled()).square().sum(new int[] {1}).toFloatArray()) {
                assertThat(length).isCloseTo(1, within(1e-5f));
            }
        }
    }

    @Test
    void alignsTheMiddleOfTheDenoiser() {
        ImageDenoiserConfig config = TestNetworks.denoiser(64, true);
        try (NDManager manager = NDManager.newBaseManager();
                AlignmentHead head = new AlignmentHead(config, manager, 1)) {
            NDArray middle = TestNetworks.normal(manager, 2, 2, 16, 16);
            assertThat(head.forward(middle).getShape()).isEqualTo(new Shape(2, 4, 12));
        }
    }

    @Test
    void rearrangingBackGivesWhatThereWas() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray map = TestNetworks.normal(manager, 1, 2, 3, 8, 8);
            assertThat(Rearrangement.depthToSpace(Rearrangement.spaceToDepth(map, 4), 4))
                    .isEqualTo(map);
            assertThat(Rearrangement.toMap(Rearrangement.toTokens(map), 8)).isEqualTo(map);
            Standardisation standardisation = new Standardisation(List.of(1f, 2f, 3f), List.of(1f, 2f, 4f));
            NDArray back = standardisation.restore(standardisation.standardise(map));
            assertThat(back.sub(map).abs().max().getFloat()).isLessThan(1e-6f);
        }
    }

    @Test
    void namesEveryValueThatCannotBe() {
        assertThatThrownBy(() -> new PageEncoderConfig(60, List.of(8, 10), 4, 15, 2, -1, 0))
                .hasMessageContaining("side a multiple")
                .hasMessageContaining("channels must be multiples of 8, one a halving")
                .hasMessageContaining("width must be a multiple of heads")
                .hasMessageContaining("blocks must be from 0")
                .hasMessageContaining("pooledWidth must be from 1");
        assertThatThrownBy(() -> new AutoencoderConfig(62, 0, 4, -1, 8, 1, 0, -1))
                .hasMessageContaining("side must be a multiple of 4")
                .hasMessageContaining("refinement must be from 1")
                .hasMessageContaining("refinementBlocks must be from 0");
        assertThatThrownBy(() -> new AutoencoderConfig(64, 8, 48, 1, 64, 2, 12, 1))
                .hasMessageContaining("refinement a multiple of 8 where there are any, but they are 1 and 12");
        assertThatThrownBy(() -> new Standardisation(List.of(1f), List.of(0f))).hasMessageContaining("positive");
    }
}
