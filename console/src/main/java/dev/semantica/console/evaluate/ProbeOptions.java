package dev.semantica.console.evaluate;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.terminal.Progress;
import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.factor.AnnotatedShots;
import dev.semantica.evaluation.factor.FactorProbes;
import dev.semantica.evaluation.factor.ProbeData;
import dev.semantica.evaluation.factor.ProbePlan;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageRejectedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
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
                        + " must be folders of annotated pages (semantica pages generate). Probes are trained once, some"
                        + " minutes, and kept."
            })
    private boolean factorProbes;

    /** Whether classifiers are trained. */
    boolean trainsClassifier() {
        return trainProbe;
    }

    /**
     * Trains factor probes, or finds them trained, and reads the dataset with them.
     *
     * @param dataset the folder of the pages; null if the dataset is in none
     * @param kept folder that probes are kept in
     * @return null if factor probes were not asked for
     */
    AnnotatedShots annotated(
            Path dataset, List<LabelledImage> images, ImageDecoder decoder, Path kept, PrintStream messages)
            throws IOException, ImageRejectedException {
        if (!factorProbes) {
            return null;
        }
        if (dataset == null) {
            throw new ConfigurationException("--factor-probes needs a DATASET of annotated pages");
        }
        ProbePlan plan = ProbePlan.DEFAULT;
        try (Progress progress = new Progress(
                messages,
                Boolean.getBoolean("semantica.terminal"),
                InstantSource.system(),
                plan.steps(),
                "steps of factor probes")) {
            FactorProbes probes = FactorProbes.keptIn(
                    kept,
                    ProbeData.DRAWN,
                    plan,
                    Runtime.getRuntime().availableProcessors(),
                    done -> progress.show(done, ""));
            progress.finish(plan.steps(), "");
            return new AnnotatedShots(probes, decoder, dataset, images);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while factor probes were trained", e);
        }
    }
}
