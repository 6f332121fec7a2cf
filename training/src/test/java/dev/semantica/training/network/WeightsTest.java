package dev.semantica.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.semantica.onnx.FloatTensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WeightsTest {

    @Test
    void theSameSeedAndNameGiveTheSameValuesWhateverTheOrder() {
        try (NDManager manager = NDManager.newBaseManager();
                Weights first = new Weights(manager, 7);
                Weights second = new Weights(manager, 7);
                Weights other = new Weights(manager, 8)) {
            Initialisation normal = Initialisation.truncatedNormal(0.02);
            first.create("a", normal, 3, 4);
            first.create("b", normal, 5);
            second.create("b", normal, 5);
            second.create("a", normal, 3, 4);
            other.create("a", normal, 3, 4);
            assertThat(first.all().keySet()).containsExactly("a", "b");
            assertThat(first.count()).isEqualTo(17);
            float[] values = first.all().get("a").toFloatArray();
            assertThat(values).isEqualTo(second.all().get("a").toFloatArray());
            assertThat(values).isNotEqualTo(other.all().get("a").toFloatArray());
            assertThat(values).doesNotContain(first.all().get("b").toFloatArray());
            for (float value : values) {
                assertThat(value).isBetween(-0.04f, 0.04f);
            }
            assertThat(first.all().get("a").hasGradient()).isTrue();
            assertThatThrownBy(() -> first.create("a", normal, 1)).hasMessageContaining("Two arrays are called a");
        }
    }

    @Test
    void loadsWhatFits() {
        try (NDManager manager = NDManager.newBaseManager();
                Weights weights = new Weights(manager, 7)) {
            Parameter parameter = weights.create("a", Initialisation.constant(1), 2);
            weights.load(Map.of("a", manager.create(new float[] {3, 4})));
            assertThat(parameter.array().toFloatArray()).containsExactly(3, 4);
            assertThat(parameter.array().hasGradient()).isTrue();
        }
    }

    @Test
    void movesTowardsAnothers() {
        try (NDManager manager = NDManager.newBaseManager();
                Weights weights = new Weights(manager, 7);
                Weights others = new Weights(manager, 7);
                Weights larger = new Weights(manager, 7)) {
            Parameter parameter = weights.create("a", Initialisation.constant(1), 2);
            others.create("a", Initialisation.constant(5), 2);
            larger.create("a", Initialisation.constant(5), 3);

            weights.moveTowards(others, 0.25);

            assertThat(parameter.array().toFloatArray()).containsExactly(2, 2);
            assertThatThrownBy(() -> weights.moveTowards(larger, 0.25))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a has the shape (3)");
            assertThat(parameter.array().toFloatArray()).containsExactly(2, 2);
        }
    }

    @Test
    void whatIsNewOfOutputsStaysAndWhatIsNewOfInputsIsZero() {
        try (NDManager manager = NDManager.newBaseManager();
                Weights weights = new Weights(manager, 7)) {
            weights.create("outputs", Initialisation.constant(9), 3, 1, 1, 1);
            weights.create("inputs", Initialisation.constant(9), 2, 3, 1, 1);
            Map<String, FloatTensor> written = new HashMap<>();
            written.put("outputs", new FloatTensor(List.of(2L, 1L, 1L, 1L), new float[] {1, 2}));
            written.put("inputs", new FloatTensor(List.of(2L, 2L, 1L, 1L), new float[] {1, 2, 3, 4}));

            assertThatThrownBy(() -> weights.loadWritten(written))
                    .hasMessageContaining("outputs has the shape (2, 1, 1, 1), the network needs (3, 1, 1, 1)")
                    .hasMessageContaining("inputs has the shape");
            weights.loadWritten(written, Pattern.compile("(?!)"), Map.of("outputs", 0, "inputs", 1));

            assertThat(weights.all().get("outputs").toFloatArray()).containsExactly(1, 2, 9);
            assertThat(weights.all().get("inputs").toFloatArray()).containsExactly(1, 2, 0, 3, 4, 0);
            written.put("inputs", new FloatTensor(List.of(2L, 4L, 1L, 1L), new float[8]));
            assertThatThrownBy(() -> weights.loadWritten(written, Pattern.compile("(?!)"), Map.of("inputs", 1)))
                    .hasMessageContaining("inputs has the shape (2, 4, 1, 1), the network needs (2, 3, 1, 1)");
        }
    }

    @Test
    void namesEveryDifferenceAndChangesNothing() {
        try (NDManager manager = NDManager.newBaseManager();
                Weights weights = new Weights(manager, 7)) {
            weights.create("fits", Initialisation.constant(1), 2);
            weights.create("absent", Initialisation.constant(1), 2);
            weights.create("shaped", Initialisation.constant(1), 2, 3);
            weights.create("typed", Initialisation.constant(1), 2);
            Map<String, NDArray> given = new HashMap<>();
            given.put("fits", manager.zeros(new Shape(2)));
            given.put("shaped", manager.zeros(new Shape(3, 2)));
            given.put("typed", manager.zeros(new Shape(2), DataType.FLOAT64));
            given.put("foreign", manager.zeros(new Shape(2)));
            assertThatThrownBy(() -> weights.load(given))
                    .hasMessageContaining("absent (2) is missing")
                    .hasMessageContaining("foreign is given")
                    .hasMessageContaining("shaped has the shape (3, 2), the network needs (2, 3)")
                    .hasMessageContaining("typed is of float64");
            assertThat(weights.all().get("fits").toFloatArray()).containsExactly(1, 1);
        }
    }

    @Test
    void gradientsAreOfOneStepWhenTheyAreCleared() {
        try (NDManager manager = NDManager.newBaseManager();
                Weights weights = new Weights(manager, 7)) {
            Parameter parameter = weights.create("a", Initialisation.constant(2), 3);
            for (int step = 0; step < 3; step++) {
                try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                    collector.backward(parameter.array().square().sum());
                }
                assertThat(parameter.array().getGradient().toFloatArray()).containsExactly(4, 4, 4);
                weights.clearGradients();
            }
            assertThat(parameter.array().getGradient().toFloatArray()).containsOnly(0);
        }
    }
}
