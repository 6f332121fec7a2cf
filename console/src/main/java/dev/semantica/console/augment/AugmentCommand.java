package dev.semantica.console.augment;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.EmbeddedCluster;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.console.security.Application;
import dev.semantica.console.security.PermissionCheck;
import dev.semantica.console.terminal.CommonOptions;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.console.terminal.Progress;
import dev.semantica.schemas.Priority;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code semantica augment}. */
@Command(
        name = "augment",
        description = {
            "Makes variations of pictures, as a dataset folder.",
            "",
            "Without --bootstrap-servers a broker, the topology and a worker run inside this command. Run it again with"
                    + " the same settings to continue, or with more --variations to add some.",
            ""
        },
        sortOptions = false)
public final class AugmentCommand implements Callable<Integer> {

    private static final int INTERRUPT_PATIENCE_SECONDS = 20;

    @Parameters(
            arity = "1..*",
            paramLabel = "DIR|FILE",
            description = "Folders and pictures. Sub-folders are kept as labels.")
    private List<Path> inputs;

    @Option(
            names = {"-n", "--variations"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Variations of each picture (default: ${DEFAULT-VALUE}).")
    private int variations;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            defaultValue = "variations",
            description = "Folder to write to (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Mixin
    private SeedFlag seed;

    @Mixin
    private SamplingFlags sampling;

    @Option(
            names = "--bundle",
            paramLabel = "DIR|NAME",
            description = "Bundle directory; on a cluster, the name of a bundle that its workers serve.")
    private String bundle;

    @Mixin
    private CommonOptions common;

    private final PrintStream messages = System.err;

    @Override
    public Integer call() throws Exception {
        if (variations < 1) {
            throw new ConfigurationException("--variations must be at least 1, but is " + variations);
        }
        List<SourceImage> sources = SourceScan.scan(inputs, out);
        Settings settings = common.settings();
        boolean embedded = !common.namesCluster();
        String bundleName = bundle;
        if (embedded && bundle != null) {
            settings = settings.with(Map.of("bundles", bundle));
            bundleName = null;
        }
        RunSettings run = sampling.with(seed.seed(), bundle);
        try (OutputFolder output = OutputFolder.open(out, run, sources)) {
            int missing = missing(output, sources);
            if (missing == 0) {
                messages.println(out + " already holds " + variations + " variations of each of " + sources.size()
                        + " pictures; nothing to do");
                return ExitCode.OK;
            }
            RunSettings sent = sampling.with(seed.seed(), bundleName);
            ImageEvents request = new ImageEvents("augment-" + UUID.randomUUID(), sources.size(), sent, Priority.BULK);
            if (embedded) {
                Path directory = output.privateFolder("cluster").toAbsolutePath();
                try (EmbeddedCluster cluster = EmbeddedCluster.start(settings, directory)) {
                    return run(cluster.connection(), cluster::trouble, output, sources, request, missing);
                }
            }
            Connection connection = Connection.of(ConnectionConfig.from(settings));
            PermissionCheck.require(Application.AUGMENT, connection, settings);
            return run(connection, () -> null, output, sources, request, missing);
        }
    }

    private int run(
            Connection connection,
            Supplier<String> trouble,
            OutputFolder output,
            List<SourceImage> sources,
            ImageEvents request,
            int missing)
            throws IOException {
        AugmentRun run = new AugmentRun(connection, output, sources, variations, request, trouble);
        AtomicReference<Double> first = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        Thread interrupt = new Thread(() -> stop(run, ended), "augment-interrupt");
        Runtime.getRuntime().addShutdownHook(interrupt);
        try (Progress progress = new Progress(
                messages, Boolean.getBoolean("semantica.terminal"), InstantSource.system(), missing, "variations")) {
            run.run(progress, () -> first.set(secondsSinceStart()));
            progress.finish(run.made() + missingOf(run), "");
            output.finish();
            writeFailures(output, run.failures());
            int shown = new Gallery(output).write(sources);
            return summarize(run, first.get(), shown);
        } finally {
            ended.countDown();
            removeHook(interrupt);
        }
    }

    private static int missingOf(AugmentRun run) {
        return run.failures().stream().mapToInt(FailureLine::variations).sum();
    }

    /** Ctrl-C: ends the run and waits until the folder is in order; the process goes on to die then. */
    private static void stop(AugmentRun run, CountDownLatch ended) {
        run.stop();
        try {
            if (!ended.await(INTERRUPT_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                Thread.currentThread().interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is shutting down already: the hook has done its work.
            return;
        }
    }

    private int missing(OutputFolder output, List<SourceImage> sources) {
        int missing = 0;
        for (SourceImage source : sources) {
            Map<Integer, MetadataLine> done = output.done(source.id());
            for (int index = 0; index < variations; index++) {
                missing += done.containsKey(index) ? 0 : 1;
            }
        }
        return missing;
    }

    private static void writeFailures(OutputFolder output, List<FailureLine> failures) throws IOException {
        Path file = output.root().resolve("failures.jsonl");
        if (failures.isEmpty()) {
            Files.deleteIfExists(file);
            return;
        }
        StringBuilder lines = new StringBuilder();
        for (FailureLine failure : failures) {
            lines.append(new ObjectMapper().writeValueAsString(failure)).append('\n');
        }
        output.writeWhole(file, lines.toString());
    }

    private int summarize(AugmentRun run, Double first, int shown) {
        double seconds = secondsSinceStart();
        messages.printf(
                "%d variations in %.1f s%s%n",
                run.made(), seconds, first == null ? "" : ", the first after %.1f s".formatted(first));
        if (shown > 0) {
            messages.println("  look at   " + out.resolve(Gallery.SHEET) + ", " + out.resolve(Gallery.PAGE));
            messages.println("  dataset   " + out.resolve(OutputFolder.IMAGES) + " (ImageFolder, metadata.jsonl)");
        }
        Map<String, Integer> reasons = new TreeMap<>();
        run.failures().forEach(failure -> reasons.merge(failure.reason(), failure.variations(), Integer::sum));
        if (!reasons.isEmpty()) {
            messages.println("  failed    " + reasons + ", see " + out.resolve("failures.jsonl"));
            run.failures().stream()
                    .limit(5)
                    .forEach(failure -> messages.println("            " + failure.source() + ": " + failure.message()));
        }
        if (run.interrupted()) {
            messages.println("  stopped   run the same command again to continue");
            return ExitCode.INTERRUPTED;
        }
        return reasons.isEmpty() ? ExitCode.OK : ExitCode.INCOMPLETE;
    }

    private static double secondsSinceStart() {
        return (System.currentTimeMillis()
                        - ManagementFactory.getRuntimeMXBean().getStartTime())
                / 1000.0;
    }
}
