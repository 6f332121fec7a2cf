package dev.semantica.sampler.bundle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a manifest may say. */
final class ManifestRules {

    static final String ENCODER = "encoder";
    static final String DENOISER = "denoiser";
    static final String DECODER = "decoder";
    static final String LATENT_ENCODER = "latentEncoder";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final int MAX_SIDE = 4096;
    private static final int MAX_VALUES = 1 << 26;
    /** What the roles of the graphs' ends are called; a condition tensor of that name could not be told from them. */
    private static final Set<String> RESERVED = Set.of("pixels", "sample", "timestep", "prediction");

    private ManifestRules() {}

    static List<String> check(BundleManifest manifest) {
        List<String> problems = new ArrayList<>();
        require(manifest.formatVersion() == 1, problems, "formatVersion", "1", manifest.formatVersion());
        require(
                manifest.name() != null && NAME.matcher(manifest.name()).matches(),
                problems,
                "name",
                "1 to 100 letters, digits, '.', '_', '-'",
                manifest.name());
        checkImage(manifest.image(), problems);
        if (manifest.encoderImage() != null) {
            checkEncoderImage(manifest.encoderImage(), problems);
        }
        boolean latent = "latent".equals(manifest.sample().space());
        require(
                latent || "pixel".equals(manifest.sample().space()),
                problems,
                "sample.space",
                "pixel or latent",
                manifest.sample().space());
        checkShape("sample.shape", manifest.sample().shape(), 3, problems);
        if (!latent) {
            List<Integer> pixels =
                    List.of(3, manifest.image().height(), manifest.image().width());
            require(
                    pixels.equals(manifest.sample().shape()),
                    problems,
                    "sample.shape",
                    pixels + ", the image's",
                    manifest.sample().shape());
        }
        checkCondition(manifest, problems);
        checkGraphs(manifest, latent, problems);
        if (problems.isEmpty()) {
            SamplingRules.check(manifest, problems);
        }
        return problems;
    }

    private static void checkImage(BundleManifest.Image image, List<String> problems) {
        require(
                sidesFit(image.width(), image.height()),
                problems,
                "image",
                "width and height from 1 to " + MAX_SIDE,
                image.width() + "x" + image.height());
        checkNormalisation("image", image.mean(), image.std(), problems);
    }

    private static void checkEncoderImage(BundleManifest.EncoderImage image, List<String> problems) {
        require(
                sidesFit(image.width(), image.height())
                        && (image.shortestSide() == null
                                || (image.shortestSide() <= MAX_SIDE
                                        && image.shortestSide() >= Math.max(image.width(), image.height()))),
                problems,
                "encoderImage",
                "width and height from 1 to " + MAX_SIDE + ", shortestSide not below them",
                image.width() + "x" + image.height() + " of " + image.shortestSide());
        checkNormalisation("encoderImage", image.mean(), image.std(), problems);
    }

    private static boolean sidesFit(int width, int height) {
        return width >= 1 && width <= MAX_SIDE && height >= 1 && height <= MAX_SIDE;
    }

    private static void checkNormalisation(String where, List<Double> mean, List<Double> std, List<String> problems) {
        require(finite(mean), problems, where + ".mean", "3 finite numbers", mean);
        require(
                finite(std) && std.stream().allMatch(value -> value > 0),
                problems,
                where + ".std",
                "3 positive numbers",
                std);
    }

    private static void checkCondition(BundleManifest manifest, List<String> problems) {
        require(!manifest.condition().isEmpty(), problems, "condition", "at least one tensor", "none");
        require(
                conditionNames(manifest).size() == manifest.condition().size()
                        && Collections.disjoint(conditionNames(manifest), RESERVED),
                problems,
                "condition",
                "names that differ from each other and from " + RESERVED,
                manifest.condition().stream().map(BundleManifest.Tensor::name).toList());
        for (BundleManifest.Tensor tensor : manifest.condition()) {
            checkShape("condition " + tensor.name(), tensor.shape(), 0, problems);
        }
        require(
                manifest.similarity() == null || conditionNames(manifest).contains(manifest.similarity()),
                problems,
                "similarity",
                "one of " + conditionNames(manifest),
                manifest.similarity());
    }

    private static void checkGraphs(BundleManifest manifest, boolean latent, List<String> problems) {
        Set<String> condition = conditionNames(manifest);
        Set<String> wanted = latent ? Set.of(ENCODER, DENOISER, DECODER) : Set.of(ENCODER, DENOISER);
        Set<String> roles = manifest.graphs().keySet();
        require(roles.containsAll(wanted), problems, "graphs", "all of " + wanted, roles);
        manifest.graphs().forEach((role, graph) -> {
            Set<String> inputs = Set.of("pixels");
            Set<String> outputs = condition;
            switch (role) {
                case ENCODER -> {}
                case DENOISER -> {
                    inputs = Stream.concat(condition.stream(), Stream.of("sample", "timestep"))
                            .collect(Collectors.toSet());
                    outputs = Set.of("prediction");
                }
                case DECODER -> {
                    inputs = Set.of("sample");
                    outputs = Set.of("pixels");
                }
                case LATENT_ENCODER -> outputs = Set.of("sample");
                default ->
                    problems.add("graphs: expected only encoder, denoiser, decoder, latentEncoder, found " + role);
            }
            checkRoles("graphs." + role + ".inputs", inputs, graph.inputs(), problems);
            checkRoles("graphs." + role + ".outputs", outputs, graph.outputs(), problems);
            checkDigest("graphs." + role + ".sha256", graph.sha256(), problems);
            graph.dataFiles().forEach(data -> checkDigest("graphs." + role + ".data", data.sha256(), problems));
        });
        checkDigest("unconditional.sha256", manifest.unconditional().sha256(), problems);
    }

    private static void checkRoles(String where, Set<String> wanted, Map<String, String> found, List<String> problems) {
        require(wanted.equals(found.keySet()), problems, where, "exactly the keys " + wanted, found.keySet());
    }

    private static void checkDigest(String where, String digest, List<String> problems) {
        require(
                digest != null && DIGEST.matcher(digest).matches(),
                problems,
                where,
                "64 lower-case hexadecimal digits",
                digest);
    }

    private static void checkShape(String where, List<Integer> shape, int rank, List<String> problems) {
        boolean plausible = !shape.isEmpty()
                && (rank == 0 || shape.size() == rank)
                && shape.stream().allMatch(side -> side != null && side >= 1 && side <= MAX_VALUES)
                && shape.stream().mapToDouble(side -> side).reduce(1, (a, b) -> a * b) <= MAX_VALUES;
        require(plausible, problems, where, "positive sides, at most " + MAX_VALUES + " values in all", shape);
    }

    private static Set<String> conditionNames(BundleManifest manifest) {
        return manifest.condition().stream().map(BundleManifest.Tensor::name).collect(Collectors.toSet());
    }

    private static boolean finite(List<Double> values) {
        return values.size() == 3 && values.stream().allMatch(value -> value != null && Double.isFinite(value));
    }

    static void require(boolean holds, List<String> problems, String where, String expected, Object found) {
        if (!holds) {
            problems.add(where + ": expected " + expected + ", found " + found);
        }
    }
}
