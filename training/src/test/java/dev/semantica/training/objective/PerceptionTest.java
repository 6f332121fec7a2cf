package dev.semantica.training.objective;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.TestNetworks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PerceptionTest {

    private final NDManager manager = NDManager.newBaseManager();
    private final PageEncoder encoder = new PageEncoder(TestNetworks.encoder(), manager, 1);
    private final Perception perception = new Perception(encoder);
    private final NDArray shown = TestNetworks.normal(manager, 2, 3, 3, 32, 32);
    private final NDArray other = TestNetworks.normal(manager, 3, 3, 3, 32, 32);

    @AfterEach
    void close() {
        encoder.close();
        manager.close();
    }

    @Test
    void growsFromZeroWithWhatTheEncoderSees() {
        float same = perception.distance(shown, shown).getFloat();
        float near = perception.distance(shown.add(other.mul(0.1)), shown).getFloat();
        float far = perception.distance(other, shown).getFloat();

        assertThat(same).isZero();
        assertThat(near).isPositive().isLessThan(far / 2);
        assertThat(far).isLessThanOrEqualTo(4);
    }

    @Test
    void picturesWithoutContrastAreNoDivisionByZero() {
        NDArray grey = manager.zeros(new Shape(1, 3, 32, 32));

        assertThat(perception.distance(grey, grey).getFloat()).isZero();
    }

    @Test
    void moreOfItsGradientBringsPicturesNearer() {
        float before = perception.distance(other, shown).getFloat();

        other.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(perception.distance(other, shown));
        }
        NDArray gradient = other.getGradient();
        NDArray length = gradient.square().sum().sqrt();
        other.setRequiresGradient(false);
        NDArray moved = other.sub(gradient.div(length).mul(0.5));

        assertThat(perception.distance(moved, shown).getFloat()).isLessThan(before);
        assertThat(encoder.weights().all().values()).noneMatch(NDArray::hasGradient);
    }
}
