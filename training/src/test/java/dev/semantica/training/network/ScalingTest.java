package dev.semantica.training.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingTest {

    private static final int PRODUCTS = 2_000;

    @Test
    void theGradientIsRightAfterAGarbageCollectionBetweenForwardAndBackward() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray weight = manager.create(new float[] {1, 2, 3});
            weight.setRequiresGradient(true);
            try (NDManager work = manager.newSubManager();
                    GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray input = work.create(new float[] {1, 1, 1});
                NDArray total = work.create(0f);
                for (int i = 0; i < PRODUCTS; i++) {
                    total = total.add(Scaling.by(0.5, input.mul(weight)).sum());
                }
                overwriteFreedMemory();
                collector.backward(total);
            }
            assertThat(weight.getGradient().toFloatArray()).containsOnly(0.5f * PRODUCTS);
        }
    }

    /** Collects garbage until the memory of a buffer that nothing points at is given back, and writes over it. */
    private static void overwriteFreedMemory() {
        List<ByteBuffer> others = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            System.gc();
            for (int i = 0; i < PRODUCTS; i++) {
                others.add(ByteBuffer.allocateDirect(4).putFloat(0, Float.NaN));
            }
        }
        assertThat(others).hasSize(10 * PRODUCTS);
    }
}
