package dev.semantica.sampler.bundle;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.semantica.diffusion.NoiseSchedule;
import dev.semantica.diffusion.SchedulerConfig;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.Schedulers;
import dev.semantica.diffusion.StepTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A bundle on disk whose manifest and files were checked; its graphs are not loaded yet.
 *
 * @param directory where it lies
 * @param manifest its manifest
 * @param digest SHA-256 over the manifest's bytes, hexadecimal; names the bundle to the last weight, as the manifest
 *     holds the digests of the files
 * @param noiseSchedule the schedule of the training
 * @param unconditional the empty condition: values by tensor name
 */
public record Bundle(
        Path directory,
        BundleManifest manifest,
        String digest,
        NoiseSchedule noiseSchedule,
        Map<String, float[]> unconditional) {

    /** The manifest's file name. */
    public static final String MANIFEST = "bundle.json";

    private static final long MAX_MANIFEST_BYTES = 1 << 20;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();

    /**
     * Reads a bundle and checks the manifest, the files' digests and the numbers in them.
     *
     * @throws BundleException with every problem found
     */
    public static Bundle read(Path directory) throws BundleException {
        Path file = directory.resolve(MANIFEST);
        BundleFiles files = new BundleFiles(directory);
        byte[] bytes;
        BundleManifest manifest;
        try {
            if (!Files.isRegularFile(file)) {
                throw new BundleException(List.of("No bundle at " + directory + ": it has no file " + MANIFEST
                        + "; name the directory of a bundle, for example models/pages"));
            }
            if (Files.size(file) > MAX_MANIFEST_BYTES) {
                throw new BundleException(List.of(file + " is larger than " + MAX_MANIFEST_BYTES + " bytes"));
            }
            bytes = Files.readAllBytes(file);
            JsonNode root = JSON.readTree(bytes);
            List<String> keys = new ArrayList<>();
            ManifestKeys.check(root, keys);
            if (!keys.isEmpty()) {
                throw new BundleException(
                        keys.stream().map(problem -> file + ": " + problem).toList());
            }
            manifest = JSON.treeToValue(root, BundleManifest.class);
        } catch (IOException e) {
            throw new BundleException(List.of(file + " cannot be read: " + e.getMessage()));
        }
        List<String> problems = new ArrayList<>(ManifestRules.check(manifest));
        if (!problems.isEmpty()) {
            throw new BundleException(
                    problems.stream().map(problem -> file + ": " + problem).toList());
        }
        // Side by side: the digests are most of the time that loading a bundle takes.
        problems.addAll(List.copyOf(manifest.graphs().entrySet()).parallelStream()
                .map(graph -> files.problems(graph.getKey(), graph.getValue()))
                .flatMap(List::stream)
                .toList());
        Map<String, float[]> unconditional = new LinkedHashMap<>();
        if (files.check(
                "unconditional",
                manifest.unconditional().file(),
                manifest.unconditional().sha256(),
                problems)) {
            unconditional.putAll(files.numbers(manifest, problems));
        }
        if (!problems.isEmpty()) {
            throw new BundleException(problems);
        }
        return new Bundle(
                directory, manifest, DigestUtils.sha256Hex(bytes), SamplingRules.schedule(manifest), unconditional);
    }

    /**
     * Begins a bundle in an empty directory.
     *
     * @throws IOException if the directory cannot be made
     */
    public static BundleWriter writer(Path directory) throws IOException {
        return new BundleWriter(directory);
    }

    /** The name that requests use. */
    public String name() {
        return manifest.name();
    }

    /** The path of a graph's file, if the bundle has that role. */
    public Optional<Path> graphFile(String role) {
        return Optional.ofNullable(manifest.graphs().get(role)).map(graph -> directory.resolve(graph.file()));
    }

    /**
     * The steps of a run with this bundle.
     *
     * @param kind a scheduler that the bundle allows
     * @param steps from 1 to the bundle's maximum
     * @throws IllegalArgumentException if the bundle does not allow it
     */
    public StepTable tabulate(SchedulerKind kind, int steps) {
        BundleManifest.Sampling sampling = manifest.sampling();
        if (!sampling.schedulers().contains(kind.wireName())) {
            throw new IllegalArgumentException("Bundle " + name() + " does not allow the scheduler " + kind.wireName()
                    + "; it allows " + String.join(", ", sampling.schedulers()));
        }
        if (steps < 1 || steps > sampling.maxSteps()) {
            throw new IllegalArgumentException(
                    "steps must be from 1 to " + sampling.maxSteps() + " with bundle " + name() + ", but is " + steps);
        }
        SchedulerConfig config = SamplingRules.scheduler(manifest, kind);
        return Schedulers.tabulate(noiseSchedule, config, steps);
    }
}
