package dev.semantica.console.train;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.training.run.PairChart;
import dev.semantica.training.run.PairReport;
import dev.semantica.training.run.RunConfig;
import dev.semantica.training.run.RunFile;
import dev.semantica.training.run.TrainingException;
import dev.semantica.training.run.TrainingRun;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code semantica pages filter}. */
@Command(
        name = "filter",
        description = {
            "Measures how alike the images of pages are to a run's frozen encoder, and suggests the bounds of its filter.",
            "An encoder of the run's own is trained first, where it is not yet. Pages that annotate their noise give the"
                    + " precision and recall of the bounds."
        })
public final class FilterCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RUN.yaml", description = "The run's configuration.")
    private Path file;

    @Option(
            names = {"-o", "--chart"},
            paramLabel = "FILE.png",
            description = "Where the distributions are drawn (default: pairs.png in the run's directory).")
    private Path chart;

    private final PrintStream out = System.out;
    private final PrintStream messages = System.err;
    private final InstantSource clock = InstantSource.system();

    @Override
    public Integer call() throws IOException {
        try (Interruption interruption = Interruption.watched();
                TerminalListener listener =
                        new TerminalListener(messages, Boolean.getBoolean("semantica.terminal"), clock)) {
            RunConfig config = RunFile.read(file, System.getenv());
            Optional<PairReport> report = new TrainingRun(config, interruption::asked, listener, clock).survey();
            if (report.isEmpty()) {
                listener.stopped();
                return ExitCode.INTERRUPTED;
            }
            Path drawn = chart == null ? Path.of(config.directory()).resolve("pairs.png") : chart;
            PairChart.write(report.get(), drawn);
            print(report.get(), config.denoiser().filter(), drawn);
            return ExitCode.OK;
        } catch (TrainingException e) {
            throw new ConfigurationException(e.problems());
        }
    }

    private void print(PairReport report, RunConfig.Filter set, Path drawn) {
        out.println(report.pairs().size() + " pairs of images of a page; distributions in " + drawn);
        if (report.lower().isEmpty()) {
            out.println("no lower bound: to this encoder page mates are no more alike than images of different pages");
        }
        if (report.upper().isEmpty()) {
            out.println("no upper bound: to this encoder page mates are as alike as copies");
        }
        out.println();
        out.println("Suggested, for the run file, below its key denoiser:");
        out.println(report.asYaml());
        if (report.isAnnotated()) {
            out.println();
            scores("suggested bounds", report, report.filter());
            if (!set.admitsAll()) {
                scores("bounds of the run file", report, set);
            }
        }
    }

    private void scores(String which, PairReport report, RunConfig.Filter filter) {
        out.println("By the annotations, the " + which + ":");
        out.println("  foreign images    "
                + report.foreign(filter).map(Object::toString).orElse("none annotated"));
        out.println("  near-duplicates   "
                + report.nearDuplicates(filter).map(Object::toString).orElse("none annotated"));
        out.printf("  pairs of images that belong, let through: %.3f%n", report.letThrough(filter));
    }
}
