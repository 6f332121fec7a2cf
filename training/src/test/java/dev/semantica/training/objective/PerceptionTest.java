package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.TestNetworks;
import org.junit.jupiter.api.Test;

class PerceptionTest {

    @Test
    void growsFromZeroWithWhatTheEncoderSees() {
        try (NDManager manager = NDManager.newBaseManager();
                PageEncoder encoder = new PageEncoder(TestNetworks.encoder(), manager, 1)) {
            Perception perception = new Perception(encoder);
            NDArray shown = TestNetworks.normal(manager, 2, 3, 3, 32, 32);
            NDArray noise = TestNetworks.normal(manager, 3, 3, 3, 32, 32);

            float same = perception.distance(shown, shown).getFloat();
            float near = perception.distance(shown.add(noise.mul(0.1)), shown).getFloat();
            float far = perception.distance(noise, shown).getFloat();

            assertThat(same).isZero();
            assertThat(near).isPositive().isLessThan(far / 2);
            assertThat(far).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void picturesWithoutContrastAreNoDivisionByZero() {
        try (NDManager manager = NDManager.newBaseManager();
                PageEncoder encoder = new PageEncoder(TestNetworks.encoder(), manager, 1)) {
            NDArray grey = manager.zeros(new Shape(1, 3, 32, 32));

            assertThat(new Perception(encoder).distance(grey, grey).getFloat()).isZero();
        }
    }

    @Test
    void moreOfItsGradientBringsPicturesNearer() {
        try (NDManager manager = NDManager.newBaseManager();
                PageEncoder encoder = new PageEncoder(TestNetworks.encoder(), manager, 1)) {
            Perception perception = new Perception(encoder);
            NDArray shown = TestNetworks.normal(manager, 2, 3, 3, 32, 32);
            NDArray made = TestNetworks.normal(manager, 3, 3, 3, 32, 32);
            float before = perception.distance(made, shown).getFloat();

            made.setRequiresGradient(true);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                collector.backward(perception.distance(made, shown));
            }
            NDArray gradient = made.getGradient();
            NDArray length = gradient.square().sum().sqrt();
            made.setRequiresGradient(false);
            NDArray moved = made.sub(gradient.div(length).mul(0.5));

            assertThat(perception.distance(moved, shown).getFloat()).isLessThan(before);
            assertThat(encoder.weights().all().values()).noneMatch(NDArray::hasGradient);
        }
    }
}
