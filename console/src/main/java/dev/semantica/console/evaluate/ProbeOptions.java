package dev.semantica.console.evaluate;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.terminal.Progress;
import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.factor.AnnotatedShots;
import dev.semantica.evaluation.factor.FactorProbes;
import dev.semantica.evaluation.factor.ProbeData;
import dev.semantica.evaluation.factor.ProbePlan;
import dev.semantica.evaluation.feature.FeatureEncoder;
import dev.semantica.evaluation.feature.Pooling;
import dev.semantica.evaluation.protocol.BundleAutoencoder;
import dev.semantica.pages.drawing.Kind;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageRejectedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is trained to judge. */
final class ProbeOptions {

    @Option(
            names = "--train-probe",
            description = "Also train a classifier on the shots, with and without their variations.")
    private boolean trainProbe;

    @Option(
            names = "--factor-probes",
            description = {
                "Also read what pages fix and images vary from the pixels, and compare with real page mates. The dataset"
                        + " must be folders of annotated pages (semantica pages generate). Needs --probe-encoder. Probes"
                        + " are fitted once, a minute or two, and kept."
            })
    private boolean factorProbes;

    @Option(
            names = "--probe-encoder",
            paramLabel = "DIR|FILE",
            description = "Encoder whose tokens factor probes look at: a bundle, or an image encoder exported to ONNX."
                    + " It must not have conditioned the bundle that is judged.")
    private Path probeEncoder;

    @Option(
            names = "--probe-kinds",
            split = ",",
            paramLabel = "KIND",
            description = {
                "Kinds of drawings that factor probes are fitted to, separated by commas (default: all). Where the dataset has"
                        + " some kinds only, probes that know these alone read real images better, so that their figures"
                        + " say more."
            })
    private List<String> probeKinds;

    @Option(
            names = "--probe-sources",
            description =
                    "Also read the sources through the bundle's own encoder, and say what is kept where it tells a"
                            + " factor rightly and where not: what it has lost no variation can keep. Takes as long again.")
    private boolean probeSources;

    /** What is wrong with the flags. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (factorProbes && probeEncoder == null) {
            problems.add("--factor-probes needs --probe-encoder, an encoder that did not condition the judged bundle");
        }
        onlyWithFactorProbes("--probe-encoder", probeEncoder != null, problems);
        onlyWithFactorProbes("--probe-kinds", probeKinds != null, problems);
        onlyWithFactorProbes("--probe-sources", probeSources, problems);
        try {
            Kind.of(probeKinds);
        } catch (IllegalArgumentException e) {
            e.getMessage().lines().map(line -> "--probe-kinds: " + line).forEach(problems::add);
        }
        return problems;
    }

    private void onlyWithFactorProbes(String flag, boolean given, List<String> problems) {
        if (given && !factorProbes) {
            problems.add(flag + " is for --factor-probes; add it, or leave both out");
        }
    }

    /** Opens the probes' encoder; null if factor probes were not asked for. */
    FeatureEncoder open(Path judged, PrintStream messages) throws BundleException {
        if (!factorProbes) {
            return null;
        }
        if (Files.isRegularFile(probeEncoder.resolve(Bundle.MANIFEST))
                && Files.isRegularFile(judged.resolve(Bundle.MANIFEST))
                && encoderOf(probeEncoder).equals(encoderOf(judged))) {
            messages.println(
                    "warning: --probe-encoder " + probeEncoder + " conditioned the judged bundle, so it sees what"
                            + " the bundle was told; take another encoder for figures that are to be trusted");
        }
        return tokensOf(probeEncoder);
    }

    /** Opens the bundle's own encoder, to probe what it tells of the sources; null if that was not asked for. */
    FeatureEncoder openOwn(Path judged) throws BundleException {
        return probeSources ? tokensOf(judged) : null;
    }

    private static FeatureEncoder tokensOf(Path encoder) throws BundleException {
        return FeatureEncoder.open(encoder, Pooling.TOKENS, Runtime.getRuntime().availableProcessors());
    }

    private static String encoderOf(Path bundle) throws BundleException {
        return Bundle.read(bundle).manifest().graphs().get("encoder").sha256();
    }

    /** Whether classifiers are trained. */
    boolean trainsClassifier() {
        return trainProbe;
    }

    /**
     * Fits factor probes, or finds them fitted, and reads the dataset with them.
     *
     * @param encoder as opened by {@link #open}; null if factor probes were not asked for
     * @param own as opened by {@link #openOwn}; null if sources are not probed
     * @param dataset the folder of the pages; null if the dataset is in none
     * @param autoencoder judged by itself; null: none
     * @param kept folder that probes are kept in
     * @return null if factor probes were not asked for
     */
    AnnotatedShots annotated(
            FeatureEncoder encoder,
            FeatureEncoder own,
            Path dataset,
            List<LabelledImage> images,
            ImageDecoder decoder,
            BundleAutoencoder autoencoder,
            Path kept,
            PrintStream messages)
            throws IOException, ImageRejectedException {
        if (encoder == null) {
            return null;
        }
        if (dataset == null) {
            throw new ConfigurationException("--factor-probes needs a DATASET of annotated pages");
        }
        FactorProbes probes = fitted(encoder, ProbePlan.DEFAULT, kept, messages, "pages seen by factor probes");
        FactorProbes sourceProbes = own == null
                ? null
                : fitted(
                        own,
                        ProbePlan.ENCODER_ALONE,
                        kept,
                        messages,
                        "pages seen by probes of the bundle's own encoder");
        return new AnnotatedShots(probes, sourceProbes, decoder, dataset, images, autoencoder);
    }

    private FactorProbes fitted(FeatureEncoder encoder, ProbePlan plan, Path kept, PrintStream messages, String what)
            throws IOException {
        ProbeData data = ProbeData.ofKinds(Kind.of(probeKinds));
        int pages = data.size();
        try (Progress progress =
                new Progress(messages, Boolean.getBoolean("semantica.terminal"), InstantSource.system(), pages, what)) {
            FactorProbes probes = FactorProbes.keptIn(kept, data, plan, encoder, done -> progress.show(done, ""));
            progress.finish(pages, "");
            return probes;
        }
    }
}
