package dev.semantica.console.augment;

import dev.semantica.console.cluster.Connection;
import dev.semantica.console.terminal.Progress;
import dev.semantica.schemas.Priority;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/** Variations of pictures through a running pipeline, in a folder that is continued when it is there. */
public final class ShotVariations {

    private final Connection connection;
    private final Supplier<String> trouble;
    private final SamplingFlags sampling;
    private final PrintStream messages;

    /**
     * Over one cluster.
     *
     * @param trouble null, or why no more results will come
     * @param sampling how
     */
    public ShotVariations(
            Connection connection, Supplier<String> trouble, SamplingFlags sampling, PrintStream messages) {
        this.connection = connection;
        this.trouble = trouble;
        this.sampling = sampling;
        this.messages = messages;
    }

    /**
     * Varies every picture of a folder.
     *
     * @param pictures the folder
     * @param out where the variations are kept
     * @return the variations' files by the picture's path within its folder
     */
    public Map<String, List<byte[]>> of(Path pictures, Path out, int variations, long seed) throws IOException {
        List<SourceImage> sources = SourceScan.scan(List.of(pictures), out);
        RunSettings settings = sampling.with(seed, null);
        try (OutputFolder output = OutputFolder.open(out, settings, sources)) {
            int missing = 0;
            for (SourceImage source : sources) {
                missing += Math.max(0, variations - output.done(source.id()).size());
            }
            if (missing > 0) {
                ImageEvents request =
                        new ImageEvents("evaluate-" + UUID.randomUUID(), sources.size(), settings, Priority.BULK);
                AugmentRun run = new AugmentRun(connection, output, sources, variations, request, trouble);
                try (Progress progress = new Progress(
                        messages,
                        Boolean.getBoolean("semantica.terminal"),
                        InstantSource.system(),
                        missing,
                        "variations")) {
                    run.run(progress, () -> {});
                    progress.finish(run.made(), "");
                }
                output.finish();
            }
            Map<String, List<byte[]>> made = new TreeMap<>();
            for (SourceImage source : sources) {
                List<byte[]> files = new ArrayList<>();
                for (MetadataLine line : new TreeMap<>(output.done(source.id())).values()) {
                    if (line.index() < variations) {
                        files.add(Files.readAllBytes(output.imageFile(line.fileName())));
                    }
                }
                made.put(source.id(), files);
            }
            return made;
        }
    }
}
