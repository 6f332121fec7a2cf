package dev.semantica.console;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code semantica bundles}. */
@Command(
        name = "bundles",
        description = "Examines bundles, and makes them of exported models and of other bundles.",
        subcommands = {
            BundlesCommand.Inspect.class,
            BundlesCommand.Verify.class,
            ImportCommand.class,
            QuantiseCommand.class,
            ReaderCommand.class
        })
final class BundlesCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing command: inspect, verify, import, quantise or reader");
    }

    @Command(name = "inspect", description = "Shows what a bundle is, after checking its files' digests.")
    static final class Inspect implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "The bundle's directory.")
        private Path directory;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try {
                print(Bundle.read(directory), spec.commandLine().getOut());
                return ExitCode.OK;
            } catch (BundleException e) {
                throw new ConfigurationException(e.problems());
            }
        }

        private static void print(Bundle bundle, PrintWriter out) {
            BundleManifest manifest = bundle.manifest();
            BundleManifest.Sampling sampling = manifest.sampling();
            line(out, "name", bundle.name());
            line(out, "digest", bundle.digest());
            line(out, "description", manifest.description());
            line(out, "licence", manifest.licence());
            line(
                    out,
                    "pictures",
                    manifest.image().width() + "x" + manifest.image().height());
            line(
                    out,
                    "denoises",
                    manifest.sample().space() + " samples of "
                            + manifest.sample().shape() + ", predicts " + manifest.prediction());
            line(out, "conditions", manifest.condition());
            line(out, "noise schedule", manifest.noiseSchedule().type());
            line(out, "schedulers", sampling.schedulers() + ", by default " + sampling.scheduler());
            line(out, "steps", "1 to " + sampling.maxSteps() + ", by default " + sampling.steps());
            line(
                    out,
                    "guidance",
                    "0 to " + sampling.maxGuidanceScale() + ", by default " + sampling.guidanceScale()
                            + (sampling.guidanceFrom() == null && sampling.guidanceTo() == null
                                    ? ""
                                    : " at noise levels from "
                                            + sampling.guidance().from() + " to "
                                            + sampling.guidance().to()));
            line(
                    out,
                    "rows",
                    manifest.sharesTimestep()
                            ? "only of the same step share a call: the denoiser takes one timestep"
                            : "of different steps share a call");
            if (manifest.reader() != null) {
                line(
                        out,
                        "reads",
                        manifest.reader().factors().stream()
                                        .map(BundleManifest.Factor::name)
                                        .collect(Collectors.joining(", "))
                                + "; draws a variation at most "
                                + manifest.reader().attempts()
                                + " times, until it agrees with its source by "
                                + manifest.reader().wantedAgreement());
            }
            if (manifest.encoderImage() != null) {
                line(
                        out,
                        "encoder reads",
                        manifest.encoderImage().width() + "x"
                                + manifest.encoderImage().height());
            }
            manifest.graphs()
                    .forEach((role, graph) -> line(
                            out,
                            role,
                            graph.file() + " " + graph.sha256()
                                    + (graph.data() == null
                                            ? ""
                                            : ", weights in " + graph.data().size() + " more files")));
            line(out, "training", manifest.training());
            out.flush();
        }

        private static void line(PrintWriter out, String name, Object value) {
            if (value != null) {
                out.println("%-15s %s".formatted(name, value));
            }
        }
    }

    @Command(name = "verify", description = "Checks a bundle whole: digests, names, shapes, types, and a dry run.")
    static final class Verify implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "The bundle's directory.")
        private Path directory;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (OnnxBundle loaded = OnnxBundle.load(Bundle.read(directory), ExecutionProvider.cpu(1))) {
                spec.commandLine()
                        .getOut()
                        .println("ok: " + loaded.bundle().name() + " "
                                + loaded.bundle().digest() + " runs on " + loaded.engine());
                return ExitCode.OK;
            } catch (BundleException e) {
                throw new ConfigurationException(e.problems());
            }
        }
    }
}
