package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
            new Checkpoint(folder, key("one")).save(new Checkpoint.Memory(12, groups(saved)));

            NDArray read = manager.zeros(new Shape(2, 3));
            read.setRequiresGradient(true);
            assertThat(new Checkpoint(folder, key("one")).load(groups(read), manager))
                    .hasValue(12L);
            assertThat(read.toFloatArray()).isEqualTo(VALUES);
            assertThat(read.hasGradient()).isTrue();
        }
    }

    @Test
    void keepsTheLastTwoAndRefusesAnothersConfiguration() throws Exception {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array = manager.create(VALUES, new Shape(2, 3));
            Checkpoint checkpoint = new Checkpoint(folder, key("one"));
            for (long step = 1; step <= 3; step++) {
                checkpoint.save(new Checkpoint.Memory(step, groups(array)));
            }
            try (Stream<Path> files = Files.list(folder)) {
                List<String> names = files.map(file -> file.getFileName().toString())
                        .filter(name -> name.startsWith("step-"))
                        .sorted()
                        .toList();
                assertThat(names).hasSize(2);
                assertThat(names.get(0)).startsWith("step-000000002");
            }
            assertThatThrownBy(() -> new Checkpoint(folder, key("two")).load(groups(array), manager))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("another configuration: rate was of one there and is of two now.");
            Files.delete(folder.resolve("settings.json"));
            assertThatThrownBy(() -> new Checkpoint(folder, key("two")).load(groups(array), manager))
                    .hasMessageContaining("another configuration: one instead of two.");
        }
    }

    @Test
    void tellsOfAFileThatIsCutOff() throws Exception {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array = manager.create(VALUES, new Shape(2, 3));
            Checkpoint checkpoint = new Checkpoint(folder, key("one"));
            checkpoint.save(new Checkpoint.Memory(1, groups(array)));
            Path file;
            try (Stream<Path> files = Files.list(folder)) {
                file = files.filter(found -> found.toString().endsWith(".checkpoint"))
                        .findFirst()
                        .orElseThrow();
            }
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 4));
            assertThatThrownBy(() -> checkpoint.load(groups(array), manager))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cut off");
            for (int bytes : new int[] {0, 1, 4, 20}) {
                Files.write(file, java.util.Arrays.copyOf(whole, bytes));
                assertThatThrownBy(() -> checkpoint.load(groups(array), manager))
                        .as("the first %d bytes", bytes)
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith(file.toString())
                        .hasMessageEndingWith("; remove it, and the one before it is taken");
            }
        }
    }

    @Test
    void aFullDiskLeavesTheOneBeforeAsItWas() throws Exception {
        long room = 3 * 4096;
        try (NDManager manager = NDManager.newBaseManager();
                FileSystem disk = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                        .setMaxSize(room)
                        .setBlockSize(512)
                        .build())) {
            Path small = disk.getPath("/run");
            NDArray array = manager.create(VALUES, new Shape(2, 3));
            Checkpoint checkpoint = new Checkpoint(small, key("one"));
            checkpoint.save(new Checkpoint.Memory(1, groups(array)));

            NDArray large = manager.zeros(new Shape(4096));
            assertThatThrownBy(() -> checkpoint.save(new Checkpoint.Memory(2, groups(large))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("could not be written")
                    .hasMessageContaining("the one before it is whole")
                    .hasMessageContaining("Make room");

            NDArray read = manager.zeros(new Shape(2, 3));
            assertThat(checkpoint.load(groups(read), manager)).hasValue(1L);
            assertThat(read.toFloatArray()).isEqualTo(VALUES);
        }
    }

    private static StageKey key(String digest) {
        return new StageKey(digest, new TreeMap<>(Map.of("rate", "of " + digest)));
    }

    private static SortedMap<String, SortedMap<String, NDArray>> groups(NDArray array) {
        SortedMap<String, SortedMap<String, NDArray>> groups = new TreeMap<>();
        groups.put("weights", new TreeMap<>(Map.of("a", array)));
        return groups;
    }
}
