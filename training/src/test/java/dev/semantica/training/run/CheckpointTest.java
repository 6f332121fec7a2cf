package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

    private static final float[] VALUES = {0.1f, -2.5f, 3e-8f, Float.MAX_VALUE, -0f, 7};

    @TempDir
    private Path folder;

    @Test
    void givesBackEveryBit() throws Exception {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray saved = manager.create(VALUES, new Shape(2, 3));
            saved.setRequiresGradient(true);
            new Checkpoint(folder, "one").save(new Checkpoint.Memory(12, groups(saved)));

            NDArray read = manager.zeros(new Shape(2, 3));
            read.setRequiresGradient(true);
            assertThat(new Checkpoint(folder, "one").load(groups(read), manager))
                    .hasValue(12L);
            assertThat(read.toFloatArray()).isEqualTo(VALUES);
            assertThat(read.hasGradient()).isTrue();
        }
    }

    @Test
    void keepsTheLastTwoAndRefusesAnothersConfiguration() throws Exception {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array = manager.create(VALUES, new Shape(2, 3));
            Checkpoint checkpoint = new Checkpoint(folder, "one");
            for (long step = 1; step <= 3; step++) {
                checkpoint.save(new Checkpoint.Memory(step, groups(array)));
            }
            try (Stream<Path> files = Files.list(folder)) {
                List<String> names = files.map(file -> file.getFileName().toString())
                        .sorted()
                        .toList();
                assertThat(names).hasSize(2);
                assertThat(names.get(0)).startsWith("step-000000002");
            }
            assertThatThrownBy(() -> new Checkpoint(folder, "two").load(groups(array), manager))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("another configuration");
        }
    }

    @Test
    void tellsOfAFileThatIsCutOff() throws Exception {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array = manager.create(VALUES, new Shape(2, 3));
            Checkpoint checkpoint = new Checkpoint(folder, "one");
            checkpoint.save(new Checkpoint.Memory(1, groups(array)));
            Path file;
            try (Stream<Path> files = Files.list(folder)) {
                file = files.findFirst().orElseThrow();
            }
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 4));
            assertThatThrownBy(() -> checkpoint.load(groups(array), manager))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cut off");
        }
    }

    private static SortedMap<String, SortedMap<String, NDArray>> groups(NDArray array) {
        SortedMap<String, SortedMap<String, NDArray>> groups = new TreeMap<>();
        groups.put("weights", new TreeMap<>(java.util.Map.of("a", array)));
        return groups;
    }
}
