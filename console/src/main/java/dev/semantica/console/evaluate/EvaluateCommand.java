package dev.semantica.console.evaluate;

import dev.semantica.console.augment.ShotVariations;
import dev.semantica.console.cluster.Applications;
import dev.semantica.console.cluster.EmbeddedCluster;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.Settings;
import dev.semantica.console.terminal.CommonOptions;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.console.terminal.Progress;
import dev.semantica.evaluation.data.ImageSets;
import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.factor.AnnotatedShots;
import dev.semantica.evaluation.factor.FactorProbes;
import dev.semantica.evaluation.factor.ProbeData;
import dev.semantica.evaluation.factor.ProbePlan;
import dev.semantica.evaluation.feature.FeatureEncoder;
import dev.semantica.evaluation.feature.Features;
import dev.semantica.evaluation.feature.UnreadableImageException;
import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.protocol.FewShot;
import dev.semantica.evaluation.report.EvaluationReport;
import dev.semantica.evaluation.report.ReportFiles;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.image.ContactSheet;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code semantica evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "Judges the variations that a bundle makes: few-shot generation against the rest of a dataset.",
            "",
            "Takes some images of every class, varies them through an embedded pipeline, and compares the variations, copies"
                    + " of the shots and classical augmentation with the images that were left out. Run it again to"
                    + " continue.",
            ""
        },
        sortOptions = false)
public final class EvaluateCommand implements Callable<Integer> {

    private static final int SHOWN = 12;

    @Parameters(paramLabel = "DATASET", description = "Folder whose sub-folders are classes, or WebDataset shards.")
    private Path dataset;

    @Option(
            names = "--class-pattern",
            paramLabel = "REGEX",
            description = "What of a label is the class: the first group, such as '([a-z]+)-.*' (default: all of it).")
    private Pattern classPattern;

    @Option(names = "--shots", defaultValue = "1", paramLabel = "K", description = "Images of a class to vary.")
    private int shots;

    @Option(
            names = {"-n", "--variations"},
            defaultValue = "4",
            paramLabel = "N",
            description = "Variations of each (default: ${DEFAULT-VALUE}).")
    private int variations;

    @Option(
            names = "--repeats",
            defaultValue = "3",
            paramLabel = "R",
            description = "Repeats with other shots and seeds (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "SEED",
            description = "Seed (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--near-duplicate",
            defaultValue = "0.98",
            paramLabel = "COSINE",
            description = "Cosine over which two images count as near-duplicates (default: ${DEFAULT-VALUE}).")
    private double threshold;

    @Option(
            names = "--train-probe",
            description = "Also train a classifier on the shots, with and without their variations.")
    private boolean trainProbe;

    @Option(
            names = "--factor-probes",
            description = {
                "Also read what pages fix and images vary from the pixels, and compare with real page mates. The dataset"
                        + " must be folders of annotated pages (semantica pages generate). Probes are trained once, some"
                        + " minutes, and kept."
            })
    private boolean factorProbes;

    @Option(
            names = {"-o", "--out"},
            defaultValue = "evaluation",
            paramLabel = "DIR",
            description = "Folder for report.html, report.json and the variations (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description = "Bundle to judge (default: the one that comes along).")
    private Path bundle;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    private final PrintStream messages = System.err;

    @Override
    public Integer call() throws Exception {
        refuseWrongNumbers();
        if (common.namesCluster()) {
            throw new ConfigurationException(
                    "evaluate runs its own pipeline; leave --bootstrap-servers and its setting out");
        }
        Path directory = bundle == null ? Applications.defaultBundle() : bundle;
        Settings settings = common.settings().with(Map.of("bundles", directory.toString()));
        try (OnnxBundle loaded = OnnxBundle.load(
                Bundle.read(directory),
                ExecutionProvider.cpu(Runtime.getRuntime().availableProcessors()))) {
            List<LabelledImage> images = withoutStrays(list());
            Features features = new Features(
                    FeatureEncoder.ofBundle(loaded, null),
                    new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system()),
                    out.resolve("features"));
            evaluate(loaded, images, features, settings);
            return ExitCode.OK;
        } catch (BundleException e) {
            throw new ConfigurationException(e.problems());
        } catch (ImageRejectedException | IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private void refuseWrongNumbers() {
        List<String> problems = new ArrayList<>();
        Map.of("--shots", shots, "--variations", variations, "--repeats", repeats)
                .forEach((flag, value) -> {
                    if (value < 1) {
                        problems.add(flag + " must be at least 1, but is " + value);
                    }
                });
        if (!(threshold > -1 && threshold <= 1)) {
            problems.add("--near-duplicate must be over -1 and at most 1, but is " + threshold);
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    private void evaluate(OnnxBundle loaded, List<LabelledImage> images, Features features, Settings settings)
            throws IOException, ImageRejectedException {
        // First: that pages are not annotated should be said before anything is made.
        AnnotatedShots annotated = factorProbes ? annotated(images) : null;
        FeatureMatrix matrix = featuresOf(images, features);
        FewShot.Plan plan = new FewShot.Plan(shots, variations, repeats, seed, threshold, trainProbe);
        FewShot protocol = new FewShot(features, plan);
        List<FewShot.Outcome> outcomes = new ArrayList<>();
        List<List<byte[]>> firstMade = new ArrayList<>();
        List<LabelledImage> firstShots = new ArrayList<>();
        try (EmbeddedCluster cluster = EmbeddedCluster.start(settings, out.resolve("cluster"))) {
            ShotVariations pipeline = new ShotVariations(cluster.connection(), cluster::trouble, messages);
            for (int repeat = 0; repeat < repeats; repeat++) {
                messages.println("repeat " + (repeat + 1) + " of " + repeats);
                outcomes.add(protocol.run(repeat, images, matrix, (number, chosen) -> {
                    List<List<byte[]>> made = vary(pipeline, number, chosen);
                    if (number == 0) {
                        firstMade.addAll(made);
                        firstShots.addAll(chosen);
                    }
                    return made;
                }));
            }
        }
        int classes = (int) images.stream().map(LabelledImage::label).distinct().count();
        EvaluationReport report = EvaluationReport.of(
                InstantSource.system().instant().toString(),
                "semantica "
                        + String.join(" ", spec.commandLine().getParseResult().originalArgs()),
                new EvaluationReport.Dataset(dataset.toString(), images.size(), classes),
                new EvaluationReport.Encoder(
                        loaded.bundle().name(), features.encoder().digest(), matrix.dimension()),
                plan,
                outcomes);
        if (annotated != null) {
            report = report.withFactors(annotated.score(firstShots, firstMade, seed));
        }
        ReportFiles.write(report, sheet(features, firstShots, firstMade), out);
        say(report);
    }

    private AnnotatedShots annotated(List<LabelledImage> images) throws IOException, ImageRejectedException {
        ProbePlan plan = ProbePlan.DEFAULT;
        try (Progress progress = new Progress(
                messages,
                Boolean.getBoolean("semantica.terminal"),
                InstantSource.system(),
                plan.steps(),
                "steps of factor probes")) {
            FactorProbes probes = FactorProbes.keptIn(
                    out.resolve("probes"),
                    ProbeData.DRAWN,
                    plan,
                    Runtime.getRuntime().availableProcessors(),
                    done -> progress.show(done, ""));
            progress.finish(plan.steps(), "");
            return new AnnotatedShots(
                    probes, new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system()), dataset, images);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while factor probes were trained", e);
        }
    }

    private List<LabelledImage> list() {
        try {
            return ImageSets.of(dataset);
        } catch (IOException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    /** Where there are classes, what lies beside them belongs to none. */
    private List<LabelledImage> withoutStrays(List<LabelledImage> images) {
        List<LabelledImage> labelled =
                images.stream().filter(image -> !image.label().isEmpty()).toList();
        if (labelled.isEmpty()) {
            return images;
        }
        if (classPattern != null) {
            labelled = labelled.stream()
                    .map(image -> new LabelledImage(image.id(), classOf(image.label()), image.content()))
                    .toList();
        }
        if (labelled.size() < images.size()) {
            messages.println(
                    "left out: " + (images.size() - labelled.size()) + " images outside of the classes' folders");
        }
        return labelled;
    }

    private String classOf(String label) {
        Matcher matcher = classPattern.matcher(label);
        if (!matcher.matches() || matcher.groupCount() < 1) {
            throw new ConfigurationException("--class-pattern " + classPattern
                    + " must match every label and have a group; it does not match '" + label + "', or has none");
        }
        return matcher.group(1);
    }

    private FeatureMatrix featuresOf(List<LabelledImage> images, Features features) throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (LabelledImage image : images) {
            files.add(image.content().read());
        }
        try (Progress progress = new Progress(
                messages,
                Boolean.getBoolean("semantica.terminal"),
                InstantSource.system(),
                files.size(),
                "images encoded")) {
            FeatureMatrix matrix = features.ofFiles(files, done -> progress.show(done, ""));
            progress.finish(files.size(), "");
            return matrix;
        } catch (UnreadableImageException e) {
            throw new ConfigurationException(images.get(e.place()).id() + " of " + dataset + " cannot be read ("
                    + e.getCause().getMessage() + "); mend it or take it out");
        }
    }

    private List<List<byte[]>> vary(ShotVariations pipeline, int repeat, List<LabelledImage> chosen)
            throws IOException {
        Path place = out.resolve("repeat-" + repeat);
        Path pictures = place.resolve("shots");
        for (LabelledImage shot : chosen) {
            Path file = pictures.resolve(shot.id());
            Files.createDirectories(file.getParent());
            Files.write(file, shot.content().read());
        }
        Map<String, List<byte[]>> made = pipeline.of(pictures, place.resolve("variations"), variations, seed + repeat);
        return chosen.stream().map(shot -> made.get(shot.id())).toList();
    }

    /** The sources whose variations are closest on average first, the farthest last. */
    private static byte[] sheet(Features features, List<LabelledImage> shots, List<List<byte[]>> made)
            throws IOException, ImageRejectedException {
        List<Shown> all = new ArrayList<>();
        for (int i = 0; i < shots.size(); i++) {
            List<RgbImage> pictures = new ArrayList<>();
            pictures.add(features.picture(shots.get(i).content().read()));
            for (byte[] file : made.get(i)) {
                pictures.add(features.picture(file));
            }
            all.add(new Shown(pictures, distance(features.ofPictures(pictures))));
        }
        all.sort(Comparator.comparingDouble(Shown::distance));
        List<ContactSheet.Line> lines = new ArrayList<>();
        for (int i = 0; i < Math.min(SHOWN, all.size()); i++) {
            // Evenly from the first to the last.
            int place = all.size() <= SHOWN ? i : (int) ((long) i * (all.size() - 1) / (SHOWN - 1));
            List<RgbImage> pictures = all.get(place).pictures();
            lines.add(new ContactSheet.Line(pictures.get(0), pictures.subList(1, pictures.size())));
        }
        return ImageEncoder.PNG.encode(ContactSheet.draw(lines, 96), Map.of());
    }

    private record Shown(List<RgbImage> pictures, double distance) {}

    private static double distance(FeatureMatrix sourceFirst) {
        double sum = 0;
        for (int i = 1; i < sourceFirst.rows(); i++) {
            for (int j = 0; j < sourceFirst.dimension(); j++) {
                double difference = sourceFirst.get(i, j) - sourceFirst.get(0, j);
                sum += difference * difference;
            }
        }
        return sum / Math.max(1, sourceFirst.rows() - 1);
    }

    private void say(EvaluationReport report) {
        report.candidates().forEach((name, candidate) -> {
            StringBuilder line = new StringBuilder("%-24s".formatted(name));
            for (String metric : List.of("frechet_distance", "precision_3", "recall_3", "density_3", "coverage_3")) {
                EvaluationReport.Figure figure = candidate.scores().get(metric);
                line.append("  ")
                        .append(metric)
                        .append(' ')
                        .append(figure == null ? "-" : "%.3f".formatted(figure.mean()));
            }
            if (candidate.consistency() != null) {
                line.append("  similarity %.3f"
                        .formatted(candidate.consistency().similarity().mean()));
            }
            messages.println(line);
        });
        report.probe()
                .forEach((trained, accuracy) ->
                        messages.println("trained on %-44s accuracy %.3f".formatted(trained, accuracy.mean())));
        if (report.factors() != null) {
            report.factors().candidates().forEach((name, candidate) -> {
                StringBuilder line = new StringBuilder("keep  %-24s".formatted(name));
                candidate.kept().forEach((factor, kept) -> line.append("  %s %.3f".formatted(factor, kept.mean())));
                messages.println(line);
            });
        }
        report.missing().forEach((metric, why) -> messages.println("not measured: " + metric + ": " + why));
        messages.println("  look at   " + out.resolve("report.html") + ", " + out.resolve("report.json"));
    }
}
