package dev.semantica.console;

import dev.semantica.console.cluster.Applications;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.ImageMetadata;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.sampler.worker.ProvenanceEntries;
import dev.semantica.sampler.worker.Reproduction;
import dev.semantica.schemas.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code semantica reproduce}. */
@Command(
        name = "reproduce",
        description = "Makes a variation again from its own metadata and its source, and compares the two.")
final class ReproduceCommand implements Callable<Integer> {

    @Parameters(paramLabel = "VARIATION", description = "A PNG or JPEG that Semantica made.")
    private Path variation;

    @Option(
            names = "--source",
            required = true,
            paramLabel = "FILE|DIR",
            description = "The source, or the folder that was given to augment.")
    private Path source;

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description = "The bundle that it was made with (default: the one that comes with Semantica).")
    private Path bundle;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the reproduced picture here, as PNG.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system());
        byte[] file = Files.readAllBytes(existing(variation));
        Map<String, String> entries = ImageMetadata.read(file);
        try {
            Provenance provenance = ProvenanceEntries.read(entries);
            Path sourceFile = Files.isDirectory(source) ? source.resolve(ProvenanceEntries.imageId(entries)) : source;
            RgbImage before = decoder.decode(file);
            RgbImage again = sample(decoder, Files.readAllBytes(existing(sourceFile)), provenance);
            if (out != null) {
                Files.write(out, ImageEncoder.PNG.encode(again, entries));
            }
            return compare(before, again, "image/jpeg".equals(mediaType(file)));
        } catch (IllegalArgumentException | ImageRejectedException e) {
            throw new ConfigurationException(variation + ": " + e.getMessage());
        }
    }

    private RgbImage sample(ImageDecoder decoder, byte[] sourceFile, Provenance provenance)
            throws ImageRejectedException {
        Path directory = bundle == null ? Applications.defaultBundle() : bundle;
        int threads = Runtime.getRuntime().availableProcessors();
        try (OnnxBundle loaded = OnnxBundle.load(Bundle.read(directory), ExecutionProvider.cpu(threads))) {
            return Reproduction.run(loaded, decoder, sourceFile, provenance);
        } catch (BundleException e) {
            throw new ConfigurationException(e.problems());
        }
    }

    private int compare(RgbImage before, RgbImage again, boolean lossy) {
        PrintWriter result = spec.commandLine().getOut();
        if (before.width() != again.width() || before.height() != again.height()) {
            result.println("different: the sizes differ");
            return ExitCode.INCOMPLETE;
        }
        int worst = 0;
        int differing = 0;
        for (int i = 0; i < before.rgb().length; i++) {
            int difference = Math.abs((before.rgb()[i] & 0xFF) - (again.rgb()[i] & 0xFF));
            worst = Math.max(worst, difference);
            differing += difference > 0 ? 1 : 0;
        }
        if (worst == 0) {
            result.println("identical: every pixel");
            return ExitCode.OK;
        }
        String detail = "%d of %d values differ, by at most %d/255".formatted(differing, before.rgb().length, worst);
        if (worst <= 1) {
            result.println("equal to rounding: " + detail + " (another batch shape or processor rounds differently)");
            return ExitCode.OK;
        }
        result.println("different: " + detail + (lossy ? " (JPEG loses detail; PNG does not)" : ""));
        return ExitCode.INCOMPLETE;
    }

    private static String mediaType(byte[] file) {
        return file.length > 2 && (file[0] & 0xFF) == 0xFF ? "image/jpeg" : "image/png";
    }

    private static Path existing(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigurationException(file + " does not exist or is no file");
        }
        return file;
    }
}
