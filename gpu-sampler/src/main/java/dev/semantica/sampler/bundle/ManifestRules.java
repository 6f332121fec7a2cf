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
    static final String READER = "reader";

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final int MAX_SIDE = 4096;
    private static final int MAX_VALUES = 1 << 26;
    private static final int MAX_FACTOR_VALUES = 10_000;
    /** What the roles of the graphs' ends are called; a condition tensor of that name could not be told from them. */
    private static final Set<String> RESERVED = Set.of("pixels", "sample", "timestep", "prediction");

    private ManifestRules() {}

    static List<String> check(BundleManifest manifest) {
        List<String> problems = new ArrayList<>();
        require(manifest.formatVersion() == 1, problems, "formatVersion", "1", manifest.formatVersion());
        require(
                manifest.name() != null && BundleManifest.isName(manifest.name()),
                problems,
                "name",
                BundleManifest.NAMES,
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
        checkReader(manifest, problems);
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
                case READER -> {
                    inputs = condition.stream()
                            .filter(graph.inputs()::containsKey)
                            .collect(Collectors.toSet());
                    outputs = factorNames(manifest);
                }
                default ->
                    problems.add(
                            "graphs: expected only encoder, denoiser, decoder, latentEncoder, reader, found " + role);
            }
            checkRoles("graphs." + role + ".inputs", inputs, graph.inputs(), problems);
            checkRoles("graphs." + role + ".outputs", outputs, graph.outputs(), problems);
            checkDigest("graphs." + role + ".sha256", graph.sha256(), problems);
            graph.dataFiles().forEach(data -> checkDigest("graphs." + role + ".data", data.sha256(), problems));
        });
        checkDigest("unconditional.sha256", manifest.unconditional().sha256(), problems);
    }

    private static void checkReader(BundleManifest manifest, List<String> problems) {
        BundleManifest.Graph graph = manifest.graphs().get(READER);
        BundleManifest.Reader reader = manifest.reader();
        require(
                (graph == null) == (reader == null),
                problems,
                "reader",
                "to be there together with graphs.reader",
                "only " + (graph == null ? "reader" : "graphs.reader"));
        if (reader == null) {
            return;
        }
        require(
                graph == null || !graph.inputs().isEmpty(),
                problems,
                "graphs.reader.inputs",
                "at least one of " + conditionNames(manifest),
                "none");
        require(
                !reader.factors().isEmpty()
                        && factorNames(manifest).size() == reader.factors().size()
                        && Collections.disjoint(factorNames(manifest), conditionNames(manifest)),
                problems,
                "reader.factors",
                "at least one factor, each once, none named as one of " + conditionNames(manifest),
                reader.factors().stream().map(BundleManifest.Factor::name).toList());
        for (BundleManifest.Factor factor : reader.factors()) {
            int values = factor.values().size();
            require(
                    values >= 2
                            && values <= MAX_FACTOR_VALUES
                            && Set.copyOf(factor.values()).size() == values,
                    problems,
                    "reader.factors " + factor.name(),
                    "2 to " + MAX_FACTOR_VALUES + " values that differ",
                    factor.values());
            require(
                    factor.usualCertainty() >= 0 && factor.usualCertainty() <= 1,
                    problems,
                    "reader.factors " + factor.name() + " certainty",
                    "a chance from 0 to 1",
                    factor.certainty());
        }
        require(
                reader.attempts() >= 1 && reader.attempts() <= BundleManifest.Reader.MOST_ATTEMPTS,
                problems,
                "reader.attempts",
                "1 to " + BundleManifest.Reader.MOST_ATTEMPTS,
                reader.attempts());
        require(
                reader.wantedAgreement() > 0 && reader.wantedAgreement() <= 1,
                problems,
                "reader.agreement",
                "a chance above 0 to 1",
                reader.agreement());
    }

    private static Set<String> factorNames(BundleManifest manifest) {
        return manifest.reader() == null
                ? Set.of()
                : manifest.reader().factors().stream()
                        .map(BundleManifest.Factor::name)
                        .collect(Collectors.toSet());
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
