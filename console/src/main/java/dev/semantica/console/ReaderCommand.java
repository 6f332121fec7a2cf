package dev.semantica.console;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.console.terminal.Progress;
import dev.semantica.evaluation.reader.KnownPicture;
import dev.semantica.evaluation.reader.ReaderBundle;
import dev.semantica.evaluation.reader.ReaderFit;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code semantica bundles reader}. */
@Command(
        name = "reader",
        description = {
            "Makes a bundle that reads what its pictures show, and draws variations anew that it reads otherwise than"
                    + " their source.",
            "",
            "It learns to read from pictures of which it is known: annotated pages, as `semantica pages generate` draws"
                    + " them, or folders of classes.",
            ""
        },
        sortOptions = false)
final class ReaderCommand implements Callable<Integer> {

    private static final int SHOWN = 5;

    @Parameters(index = "0", paramLabel = "DIR", description = "The bundle's directory.")
    private Path directory;

    @Parameters(
            index = "1",
            paramLabel = "DATASET",
            description = "Folder of annotated pages, or one whose sub-folders are classes.")
    private Path dataset;

    @Option(
            names = "--factors",
            split = ",",
            defaultValue = KnownPicture.LABEL,
            paramLabel = "NAME",
            description = "What to read, separated by commas: categories that pages are annotated with, such as"
                    + " kind,main; or label, the class (default: ${DEFAULT-VALUE}).")
    private List<String> factors;

    @Option(
            names = "--penalty",
            split = ",",
            paramLabel = "NAME=LAMBDA",
            description =
                    "How much the weights of a factor are kept small (default: 0.001). With more of it the reader is less"
                            + " sure of that factor, and draws more anew.")
    private Map<String, Double> penalties = Map.of();

    @Mixin
    private NewBundle out;

    @Option(names = "--name", paramLabel = "NAME", description = "What requests call it (default: the bundle's name).")
    private String name;

    @Option(
            names = "--attempts",
            defaultValue = "4",
            paramLabel = "N",
            description = "How often a variation is drawn at most, unless a request says otherwise, 1 to 16"
                    + " (default: ${DEFAULT-VALUE}).")
    private int attempts;

    @Option(
            names = "--agreement",
            defaultValue = "0.8",
            paramLabel = "CHANCE",
            description =
                    "Draw anew what agrees less with its source, above 0 to 1: the chance that it is the same in all of"
                            + " these, as a share of the largest that the source allows (default: ${DEFAULT-VALUE}).")
    private double agreement;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        requirePlausible();
        PrintStream messages = System.err;
        try {
            Bundle bundle = Bundle.read(directory);
            ReaderFit fit = fit(bundle, messages);
            fit.lost().entrySet().stream()
                    .limit(SHOWN)
                    .forEach(lost -> messages.println("left out: " + lost.getKey() + ": " + lost.getValue()));
            if (fit.lost().size() > SHOWN) {
                messages.println("left out: " + (fit.lost().size() - SHOWN) + " more pictures");
            }
            ReaderBundle.write(bundle, out.place(), name == null ? bundle.name() : name, fit, attempts, agreement);
            report(fit);
            return ExitCode.OK;
        } catch (BundleException e) {
            throw new ConfigurationException(e.problems());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private void requirePlausible() {
        List<String> problems = new ArrayList<>(out.problems());
        if (attempts < 1 || attempts > BundleManifest.Reader.MOST_ATTEMPTS) {
            problems.add(
                    "--attempts must be from 1 to " + BundleManifest.Reader.MOST_ATTEMPTS + ", but is " + attempts);
        }
        penalties.forEach((factor, penalty) -> {
            if (!factors.contains(factor)) {
                problems.add(
                        "--penalty names " + factor + ", which is not among --factors " + String.join(",", factors));
            }
            if (!ReaderFit.Wanted.isPenalty(penalty)) {
                problems.add("--penalty of " + factor + " must be a number from 0, but is " + penalty);
            }
        });
        if (!(agreement > 0 && agreement <= 1)) {
            problems.add("--agreement must be above 0 and at most 1, but is " + agreement);
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    private ReaderFit fit(Bundle bundle, PrintStream messages) throws BundleException {
        int threads = Runtime.getRuntime().availableProcessors();
        try (OnnxBundle loaded = OnnxBundle.load(bundle, ExecutionProvider.cpu(threads))) {
            List<KnownPicture> pictures = KnownPicture.of(dataset);
            try (Progress progress = new Progress(
                    messages,
                    Boolean.getBoolean("semantica.terminal"),
                    InstantSource.system(),
                    pictures.size(),
                    "pictures encoded")) {
                return ReaderFit.of(
                        loaded,
                        new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system()),
                        pictures,
                        factors.stream().map(this::wanted).toList(),
                        done -> progress.show(done, ""));
            }
        } catch (IOException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private ReaderFit.Wanted wanted(String factor) {
        return new ReaderFit.Wanted(factor, penalties.getOrDefault(factor, ReaderFit.Wanted.USUAL_PENALTY));
    }

    private void report(ReaderFit fit) throws BundleException {
        PrintWriter terminal = spec.commandLine().getOut();
        for (ReaderFit.Fitted factor : fit.factors()) {
            terminal.println(String.format(
                    Locale.ROOT,
                    "reads %-20s of %d values, %.3f of %d held-out pictures rightly; knows no picture that it is less sure"
                            + " of than %.2f",
                    factor.name(),
                    factor.values().size(),
                    factor.heldOut(),
                    factor.heldOutPictures(),
                    factor.certainty()));
        }
        Bundle bundle = Bundle.read(out.place());
        terminal.println("ok: " + out.place() + " holds " + bundle.name() + " " + bundle.digest() + ", drawn at most "
                + attempts + " times");
    }
}
