package dev.semantica.console.evaluate;

import dev.semantica.console.augment.SamplingFlags;
import dev.semantica.console.augment.ShotVariations;
import dev.semantica.console.cluster.Applications;
import dev.semantica.console.cluster.EmbeddedCluster;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.Settings;
import dev.semantica.console.terminal.CommonOptions;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.console.terminal.Progress;
import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.data.MadeVariations;
import dev.semantica.evaluation.factor.AnnotatedShots;
import dev.semantica.evaluation.feature.FeatureEncoder;
import dev.semantica.evaluation.feature.Features;
import dev.semantica.evaluation.feature.UnreadableImageException;
import dev.semantica.evaluation.protocol.BundleAutoencoder;
import dev.semantica.evaluation.protocol.FewShot;
import dev.semantica.evaluation.report.EvaluationReport;
import dev.semantica.evaluation.report.ReportFiles;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code semantica evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "Judges the variations that a bundle makes: few-shot generation against the rest of a dataset.",
            "",
            "Takes some images of every class, varies them through an embedded pipeline, and compares the variations, copies"
                    + " of the shots and classical augmentation with the images that were left out. Run it again to"
                    + " continue. Variations that were made earlier, in a folder or on a cluster, can be judged instead.",
            ""
        },
        sortOptions = false)
public final class EvaluateCommand implements Callable<Integer> {

    /** What stands under missing in the report. */
    private static final String UNREADABLE = "unreadable images";

    private static final int SHOWN = 5;

    @Mixin
    private InputOptions input;

    @Mixin
    private EncoderOptions encoding;

    @Mixin
    private ProtocolOptions protocol;

    @Mixin
    private SamplingFlags sampling;

    @Mixin
    private ProbeOptions probes;

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
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system());

    @Override
    public Integer call() throws Exception {
        List<String> problems = new ArrayList<>(input.problems(common));
        problems.addAll(protocol.problems());
        problems.addAll(probes.problems());
        problems.addAll(sampling.problems());
        if (sampling.given() && !input.makesVariations()) {
            problems.add("Variations that were made earlier are judged as they are; leave the flags of sampling out");
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        Path directory = bundle == null ? Applications.defaultBundle() : bundle;
        try {
            // Before features are made: the pipeline would say only after them that a bundle is none.
            try (OnnxBundle latent = input.makesVariations() ? latent(directory) : null;
                    FeatureEncoder encoder = encoding.open(directory, latent);
                    FeatureEncoder probing = probes.open(directory, messages);
                    FeatureEncoder own = probes.openOwn(directory)) {
                evaluate(directory, encoder, probing, own, latent);
            }
            return ExitCode.OK;
        } catch (BundleException e) {
            throw new ConfigurationException(e.problems());
        } catch (ImageRejectedException | UnreadableImageException | IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    /** The bundle, to judge its autoencoder by itself; null if it has none. */
    private static OnnxBundle latent(Path directory) throws BundleException {
        Bundle read = Bundle.read(directory);
        boolean latent = read.manifest().sample().space().equals("latent")
                && read.graphFile("latentEncoder").isPresent();
        return latent
                ? OnnxBundle.load(
                        read, ExecutionProvider.cpu(Runtime.getRuntime().availableProcessors()))
                : null;
    }

    private void evaluate(
            Path directory, FeatureEncoder encoder, FeatureEncoder probing, FeatureEncoder own, OnnxBundle latent)
            throws IOException, ImageRejectedException {
        BundleAutoencoder autoencoder = latent == null ? null : new BundleAutoencoder(latent);
        Judged judged = input.read(common, out.resolve("topic"), messages);
        Features features = new Features(encoder, decoder, out.resolve("features"));
        Features.Encoded encoded = featuresOf(judged.images(), features);
        // Before variations are made: that pages are not annotated should be said first.
        AnnotatedShots annotated = probes.annotated(
                probing, own, input.dataset(), encoded.images(), decoder, autoencoder, out.resolve("probes"), messages);
        FewShot.Plan plan = protocol.plan(probes.trainsClassifier());
        Repeats repeats = new Repeats(new FewShot(features, plan, autoencoder), plan, encoded);
        if (judged.made() != null) {
            repeats.run(new Earlier(judged.made(), plan.variations()));
        } else {
            Settings settings = common.settings().with(Map.of("bundles", directory.toString()));
            try (EmbeddedCluster cluster = EmbeddedCluster.start(settings, out.resolve("cluster"))) {
                ShotVariations pipeline =
                        new ShotVariations(cluster.connection(), cluster::trouble, sampling, messages);
                repeats.run((repeat, chosen) -> vary(pipeline, plan, repeat, chosen));
            }
        }
        int classes = (int)
                encoded.images().stream().map(LabelledImage::label).distinct().count();
        SortedMap<String, String> lost = new TreeMap<>(judged.lost());
        lost.putAll(encoded.unreadable());
        EvaluationReport report = EvaluationReport.of(
                InstantSource.system().instant().toString(),
                "semantica "
                        + String.join(" ", spec.commandLine().getParseResult().originalArgs()),
                new EvaluationReport.Dataset(judged.place(), encoded.images().size(), classes),
                new EvaluationReport.Encoder(
                        encoder.name(), encoder.digest(), encoded.matrix().dimension()),
                plan,
                lost.isEmpty()
                        ? repeats.outcomes
                        : repeats.outcomes.stream()
                                .map(outcome -> outcome.noting(UNREADABLE, text(lost)))
                                .toList());
        if (annotated != null) {
            report = report.withFactors(annotated.score(repeats.firstShots, repeats.firstMade, plan.seed()));
        }
        ReportFiles.write(report, ShotSheet.draw(features, repeats.firstShots, repeats.firstMade, plan.seed()), out);
        ReportLines.print(report, out, messages);
    }

    private static String text(SortedMap<String, String> lost) {
        StringBuilder text = new StringBuilder().append(lost.size()).append(" left out");
        lost.entrySet().stream()
                .limit(SHOWN)
                .forEach(entry ->
                        text.append("; ").append(entry.getKey()).append(": ").append(entry.getValue()));
        return lost.size() > SHOWN ? text + "; and more" : text.toString();
    }

    private Features.Encoded featuresOf(List<LabelledImage> images, Features features) throws IOException {
        try (Progress progress = new Progress(
                messages,
                Boolean.getBoolean("semantica.terminal"),
                InstantSource.system(),
                images.size(),
                "images encoded")) {
            Features.Encoded encoded = features.ofImages(images, done -> progress.show(done, ""));
            progress.finish(images.size(), "");
            encoded.unreadable().forEach((id, why) -> messages.println("left out: " + id + " cannot be read: " + why));
            return encoded;
        }
    }

    private List<List<byte[]>> vary(ShotVariations pipeline, FewShot.Plan plan, int repeat, List<LabelledImage> chosen)
            throws IOException {
        Path place = out.resolve("repeat-" + repeat);
        Path pictures = place.resolve("shots");
        for (LabelledImage shot : chosen) {
            Path file = pictures.resolve(shot.id()).normalize();
            // An id may come from a shard and say anything.
            if (!file.startsWith(pictures.normalize())) {
                throw new ConfigurationException("Image '" + shot.id() + "' has a name that leads out of its dataset");
            }
            Files.createDirectories(file.getParent());
            Files.write(file, shot.content().read());
        }
        Map<String, List<byte[]>> made =
                pipeline.of(pictures, place.resolve("variations"), plan.variations(), plan.seed() + repeat);
        return chosen.stream().map(shot -> made.get(shot.id())).toList();
    }

    /** Variations that were made earlier. */
    private record Earlier(MadeVariations made, int variations) implements FewShot.Generator {
        @Override
        public List<List<byte[]>> vary(int repeat, List<LabelledImage> shots) throws IOException {
            List<List<byte[]>> files = new ArrayList<>();
            for (LabelledImage shot : shots) {
                files.add(made.of(shot, variations));
            }
            return files;
        }

        @Override
        public boolean canVary(LabelledImage image) {
            return made.has(image);
        }
    }

    /** Every repeat, and what the first one varied. */
    private final class Repeats {
        private final FewShot fewShot;
        private final FewShot.Plan plan;
        private final Features.Encoded encoded;
        private final List<FewShot.Outcome> outcomes = new ArrayList<>();
        private final List<LabelledImage> firstShots = new ArrayList<>();
        private final List<List<byte[]>> firstMade = new ArrayList<>();

        Repeats(FewShot fewShot, FewShot.Plan plan, Features.Encoded encoded) {
            this.fewShot = fewShot;
            this.plan = plan;
            this.encoded = encoded;
        }

        void run(FewShot.Generator generator) throws IOException, ImageRejectedException {
            for (int repeat = 0; repeat < plan.repeats(); repeat++) {
                messages.println("repeat " + (repeat + 1) + " of " + plan.repeats());
                outcomes.add(fewShot.run(repeat, encoded.images(), encoded.matrix(), remembering(generator)));
            }
        }

        private FewShot.Generator remembering(FewShot.Generator generator) {
            return new FewShot.Generator() {
                @Override
                public List<List<byte[]>> vary(int number, List<LabelledImage> chosen) throws IOException {
                    List<List<byte[]>> made = generator.vary(number, chosen);
                    if (number == 0) {
                        firstShots.addAll(chosen);
                        firstMade.addAll(made);
                    }
                    return made;
                }

                @Override
                public boolean canVary(LabelledImage image) {
                    return generator.canVary(image);
                }
            };
        }
    }
}
