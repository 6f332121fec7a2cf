package dev.semantica.console;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.QuantisedBundle;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code semantica bundles quantise}. */
@Command(
        name = "quantise",
        aliases = "quantize",
        description = {
            "Makes a bundle whose denoiser multiplies 8-bit integers: smaller, and faster on CPUs.",
            "Its pictures differ a little from those of the bundle that it is made of. Judge with `semantica evaluate`"
                    + " whether they are still as good."
        })
final class QuantiseCommand implements Callable<Integer> {

    private static final double MEGABYTE = 1e6;

    @Parameters(paramLabel = "DIR", description = "The bundle's directory.")
    private Path directory;

    @Mixin
    private NewBundle out;

    @Option(names = "--name", paramLabel = "NAME", description = "What requests call it. Default: the name and -int8.")
    private String name;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter terminal = spec.commandLine().getOut();
        if (!out.problems().isEmpty()) {
            throw new ConfigurationException(out.problems());
        }
        try {
            Bundle bundle = Bundle.read(directory);
            QuantisedBundle quantised = QuantisedBundle.write(
                    bundle, out.place(), name == null ? bundle.name() + "-int8" : name, OnnxBundle::verify);
            Bundle made = Bundle.read(out.place());
            terminal.println(String.format(
                    Locale.ROOT,
                    "ok: %s holds %s %s: %d products of 8-bit integers, denoiser %.1f MB (was %.1f MB)",
                    out.place(),
                    made.name(),
                    made.digest(),
                    quantised.products(),
                    quantised.bytesAfter() / MEGABYTE,
                    quantised.bytesBefore() / MEGABYTE));
            return ExitCode.OK;
        } catch (BundleException e) {
            throw new ConfigurationException(e.problems());
        }
    }
}
