package dev.semantica.training.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that a stage must remember to go on as if it had never stopped, in one file: the weights, their averages, the
 * optimiser's memory, and the number of steps; what a step sees follows from its number. Files are written aside, flushed
 * to the disk and then moved, so that one is whole or absent; the newest two are kept.
 */
final class Checkpoint {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUFFIX = ".checkpoint";
    private static final int KEPT = 2;
    private static final int MOST_STATE = 1 << 20;

    /** What a stage remembers, by group ("weights", "averages", "optimiser") and name. */
    record Memory(long step, SortedMap<String, SortedMap<String, NDArray>> groups) {}

    private final Path folder;
    private final StageKey key;

    /**
     * Checkpoints of one stage.
     *
     * @param key all that must be the same to go on
     */
    Checkpoint(Path folder, StageKey key) {
        this.folder = folder;
        this.key = key;
    }

    void save(Memory memory) throws IOException {
        Files.createDirectories(folder);
        Path draft = folder.resolve(".unfinished");
        NDList arrays = new NDList();
        Map<String, List<String>> names = new LinkedHashMap<>();
        memory.groups().forEach((group, members) -> {
            names.put(group, List.copyOf(members.keySet()));
            members.forEach((name, array) -> arrays.add(array));
        });
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("formatVersion", 1);
        state.put("configuration", key.digest());
        state.put("step", memory.step());
        state.put("arrays", names);
        byte[] head = JSON.writeValueAsBytes(state);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(draft), 1 << 20)) {
            out.write(ByteBuffer.allocate(4).putInt(head.length).array());
            out.write(head);
            for (NDArray array : arrays) {
                ByteBuffer values = array.toByteBuffer();
                byte[] bytes = new byte[values.remaining()];
                values.get(bytes);
                out.write(bytes);
            }
            out.flush();
            new CheckpointSettings(folder).remember(key);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw new IOException(
                    "A checkpoint could not be written to " + folder + " (" + e.getMessage()
                            + "); the one before it is whole. Make room, and start again",
                    e);
        }
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(
                draft,
                folder.resolve("step-%09d".formatted(memory.step()) + SUFFIX),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        List<Path> all = all();
        for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
            Files.delete(old);
        }
    }

    /**
     * Puts the newest checkpoint's values into the given arrays.
     *
     * @param groups arrays by group and name, which must be the saved ones
     * @return the steps taken; empty where there is no checkpoint
     * @throws TrainingException if it is of another configuration
     */
    Optional<Long> load(SortedMap<String, SortedMap<String, NDArray>> groups, NDManager manager)
            throws IOException, TrainingException {
        List<Path> all = all();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Path newest = all.get(all.size() - 1);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(newest), 1 << 20)) {
            JsonNode state = state(in, newest);
            String saved = state.path("configuration").asText();
            if (!saved.equals(key.digest())) {
                throw new TrainingException(newest + " is of another configuration: "
                        + new CheckpointSettings(folder).difference(saved, key)
                        + ". Give the run another directory, put the configuration back, or remove the checkpoints of"
                        + " this stage to start it anew");
            }
            for (Map.Entry<String, SortedMap<String, NDArray>> group : groups.entrySet()) {
                read(in, newest, state.path("arrays").path(group.getKey()), group.getValue(), manager);
            }
            return Optional.of(state.path("step").asLong());
        }
    }

    private static JsonNode state(InputStream in, Path file) throws IOException {
        byte[] head = in.readNBytes(Integer.BYTES);
        int length = head.length == Integer.BYTES ? ByteBuffer.wrap(head).getInt() : 0;
        if (length < 1 || length > MOST_STATE) {
            throw damaged(file, "is no checkpoint", null);
        }
        byte[] state = in.readNBytes(length);
        if (state.length < length) {
            throw damaged(file, "is cut off", null);
        }
        try {
            return JSON.readTree(state);
        } catch (JsonProcessingException e) {
            throw damaged(file, "is no checkpoint", e);
        }
    }

    private static IOException damaged(Path file, String what, Exception cause) {
        return new IOException(file + " " + what + "; remove it, and the one before it is taken", cause);
    }

    private static void read(
            InputStream in, Path file, JsonNode names, SortedMap<String, NDArray> arrays, NDManager manager)
            throws IOException, TrainingException {
        SortedMap<String, NDArray> left = new TreeMap<>(arrays);
        for (JsonNode name : names) {
            NDArray array = left.remove(name.asText());
            if (array == null) {
                throw ofAnotherVersion(file + " holds " + name.asText() + ", which training does not have");
            }
            byte[] bytes = in.readNBytes(Math.toIntExact(4 * array.size()));
            if (bytes.length != 4 * array.size()) {
                throw damaged(file, "is cut off", null);
            }
            boolean trained = array.hasGradient();
            array.setRequiresGradient(false);
            try (NDArray read = manager.create(
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), array.getShape(), DataType.FLOAT32)) {
                read.copyTo(array);
            }
            array.setRequiresGradient(trained);
        }
        if (!left.isEmpty()) {
            throw ofAnotherVersion(file + " does not hold " + left.firstKey());
        }
    }

    private static TrainingException ofAnotherVersion(String found) {
        return new TrainingException(
                found + ": another version of the program made it. Go on with that one, or train in another directory");
    }

    private List<Path> all() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
    }
}
