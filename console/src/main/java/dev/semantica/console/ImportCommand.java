package dev.semantica.console;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.console.terminal.Progress;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.diffusers.DiffusersImport;
import dev.semantica.sampler.diffusers.ImportOptions;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code semantica bundles import}. */
@Command(
        name = "import",
        description = {
            "Makes a bundle of a diffusers pipeline that was exported to ONNX and varies images by their embedding"
                    + " (StableDiffusionImageVariationPipeline and the like).",
            "Reads model_index.json, scheduler, feature extractor and graphs; nothing of the export is executed until"
                    + " the bundle is verified. What differs from the export is said. docs/bundles.md has the details."
        })
final class ImportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "The export: the directory with model_index.json.")
    private Path directory;

    @Mixin
    private NewBundle out;

    @Option(names = "--name", paramLabel = "NAME", description = "What requests call it. Default: the name of BUNDLE.")
    private String name;

    @Option(
            names = "--licence",
            paramLabel = "SPDX",
            description = "Licence of the weights, which an export does not say.")
    private String licence;

    @Option(names = "--steps", paramLabel = "N", description = "Default number of steps. Default: ${DEFAULT-VALUE}.")
    private int steps = ImportOptions.STEPS;

    @Option(names = "--guidance", paramLabel = "SCALE", description = "Default guidance. Default: ${DEFAULT-VALUE}.")
    private double guidance = ImportOptions.GUIDANCE;

    @Option(
            names = "--image-size",
            paramLabel = "PIXELS",
            description = "Side of the pictures. Default: what the model was trained for, if the export says it.")
    private Integer imageSize;

    @Option(
            names = "--latent-size",
            paramLabel = "N",
            description = "Side of the latents. Default: what the export says.")
    private Integer latentSize;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter terminal = spec.commandLine().getOut();
        try {
            DiffusersImport export = DiffusersImport.read(directory, options());
            export.understood().forEach(terminal::println);
            export.notes().forEach(note -> terminal.println("note: " + note));
            terminal.flush();
            write(export);
            Bundle bundle = Bundle.read(out.place());
            terminal.println("ok: " + out.place() + " holds " + bundle.name() + " " + bundle.digest() + ", verified");
            return ExitCode.OK;
        } catch (BundleException e) {
            throw new ConfigurationException(e.problems());
        }
    }

    private ImportOptions options() {
        String last = out.place().toAbsolutePath().normalize().getFileName().toString();
        try {
            return new ImportOptions(name == null ? last : name, licence, steps, guidance, imageSize, latentSize);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void write(DiffusersImport export) throws BundleException, IOException {
        // The number of files is known with the first one.
        Progress[] progress = new Progress[1];
        try {
            export.write(
                    out.place(),
                    (files, of, file) -> {
                        if (progress[0] == null) {
                            progress[0] = new Progress(
                                    System.err,
                                    Boolean.getBoolean("semantica.terminal"),
                                    InstantSource.system(),
                                    of,
                                    "files");
                        }
                        if (files == of) {
                            progress[0].finish(files, file);
                        } else {
                            progress[0].show(files, file);
                        }
                    },
                    OnnxBundle::verify);
        } finally {
            if (progress[0] != null) {
                progress[0].close();
            }
        }
    }
}
