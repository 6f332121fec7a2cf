package dev.semantica.sampler.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.onnx.ExternalData;
import dev.semantica.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MessageDigestAlgorithms;

/** The files of one bundle; none may lie outside of its directory. */
final class BundleFiles {

    private final Path directory;

    BundleFiles(Path directory) {
        this.directory = directory;
    }

    /** What is wrong with a graph and the files beside it; it may take weights from no others. */
    List<String> problems(String role, BundleManifest.Graph graph) {
        List<String> problems = new ArrayList<>();
        boolean sound = check(role, graph.file(), graph.sha256(), problems);
        Set<Path> promised = new HashSet<>();
        for (BundleManifest.DataFile data : graph.dataFiles()) {
            if (check(role, data.file(), data.sha256(), problems)) {
                promised.add(directory.resolve(data.file()).normalize());
            }
        }
        if (!sound) {
            return problems;
        }
        Path file = directory.resolve(graph.file());
        try {
            Set<String> strangers = new TreeSet<>();
            for (ExternalData data : OnnxModel.read(file).externalData()) {
                if (!promised.contains(file.resolveSibling(data.location()).normalize())) {
                    strangers.add(data.location());
                }
            }
            if (!strangers.isEmpty()) {
                problems.add(
                        file + " (" + role + ") takes weights from " + strangers
                                + ", which the graph's data in the manifest does not name with a digest; import the model again");
            }
        } catch (IOException | InvalidPathException e) {
            problems.add(file + " (" + role + ") cannot be read: " + e.getMessage());
        }
        return problems;
    }

    /** Whether a file is there, inside, and of the digest that the manifest promises; if not, says so. */
    boolean check(String role, String name, String expected, List<String> problems) {
        try {
            Path file = directory.resolve(name).normalize();
            // Checked before the file system is touched, so that a manifest cannot ask what exists elsewhere.
            if (!file.startsWith(directory.normalize())) {
                problems.add(file + " (" + role + ") lies outside of the bundle; put it inside");
                return false;
            }
            if (!Files.isRegularFile(file)) {
                problems.add(file + " (" + role + ") does not exist; copy the whole bundle");
                return false;
            }
            if (!file.toRealPath().startsWith(directory.toRealPath())) {
                problems.add(file + " (" + role + ") lies outside of the bundle; put it inside");
                return false;
            }
            String found = sha256(file);
            if (!found.equals(expected)) {
                problems.add(file + " (" + role + ") is not the file that the manifest promises: expected SHA-256 "
                        + expected + ", found " + found + "; copy the bundle again");
                return false;
            }
            return true;
        } catch (IOException | InvalidPathException e) {
            problems.add("File '" + name + "' (" + role + ") cannot be read: " + e.getMessage());
            return false;
        }
    }

    /** The numbers of the empty condition, by tensor. */
    Map<String, float[]> numbers(BundleManifest manifest, List<String> problems) {
        Path file = directory.resolve(manifest.unconditional().file());
        Map<String, float[]> numbers = new LinkedHashMap<>();
        try {
            JsonNode root = new ObjectMapper().readTree(file.toFile());
            for (BundleManifest.Tensor tensor : manifest.condition()) {
                JsonNode values = root.path(tensor.name()).path("values");
                if (values.size() != tensor.size()) {
                    problems.add(file + ": expected " + tensor.size() + " values for " + tensor.name() + ", found "
                            + values.size());
                    continue;
                }
                float[] floats = new float[tensor.size()];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) values.get(i).asDouble(Double.NaN);
                    if (!Float.isFinite(floats[i])) {
                        problems.add(file + ": value " + i + " of " + tensor.name() + " is no finite number");
                        break;
                    }
                }
                numbers.put(tensor.name(), floats);
            }
        } catch (IOException e) {
            problems.add(file + " cannot be read: " + e.getMessage());
        }
        return numbers;
    }

    static String sha256(Path file) throws IOException {
        return new DigestUtils(MessageDigestAlgorithms.SHA_256).digestAsHex(file);
    }
}
