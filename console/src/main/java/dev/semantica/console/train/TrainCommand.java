package dev.semantica.console.train;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.training.run.RunConfig;
import dev.semantica.training.run.RunFile;
import dev.semantica.training.run.StageEnd;
import dev.semantica.training.run.TrainingException;
import dev.semantica.training.run.TrainingRun;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code semantica train}: from pages to a bundle. */
@Command(
        name = "train",
        description = {
            "Trains a bundle on pages: the encoder, the autoencoder, the denoiser, and the export; or an encoder alone.",
            "Stopped with Ctrl-C, it saves; run again, it goes on where it was. docs/training.md says what the file holds."
        })
public final class TrainCommand implements Callable<Integer> {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smh])");

    @Parameters(paramLabel = "RUN.yaml", description = "The run's configuration.")
    private Path file;

    @Option(
            names = "--until",
            paramLabel = "STAGE",
            defaultValue = "EXPORT",
            description = "Last stage to run: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private TrainingRun.Stage until;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            description = "Stop with a checkpoint after this time, for example 90m, 2h or 45s.")
    private String duration;

    @Option(names = "--check", description = "Only check the configuration.")
    private boolean check;

    @Spec
    private CommandSpec spec;

    private final PrintStream messages = System.err;
    private final InstantSource clock = InstantSource.system();

    @Override
    public Integer call() throws IOException {
        BooleanSupplier timeIsOver = timeIsOver();
        try {
            RunConfig config = RunFile.read(file, System.getenv());
            if (check) {
                messages.println(file + " is well formed");
                return ExitCode.OK;
            }
            return run(config, timeIsOver);
        } catch (TrainingException e) {
            throw new ConfigurationException(e.problems());
        }
    }

    private int run(RunConfig config, BooleanSupplier timeIsOver) throws IOException, TrainingException {
        try (Interruption interruption = Interruption.watched();
                TerminalListener listener =
                        new TerminalListener(messages, Boolean.getBoolean("semantica.terminal"), clock)) {
            StageEnd end = new TrainingRun(
                            config, () -> interruption.asked() || timeIsOver.getAsBoolean(), listener, clock)
                    .run(until);
            if (end == StageEnd.STOPPED) {
                listener.stopped();
                return interruption.asked() ? ExitCode.INTERRUPTED : ExitCode.OK;
            }
            return ExitCode.OK;
        }
    }

    private BooleanSupplier timeIsOver() {
        if (duration == null) {
            return () -> false;
        }
        Matcher matcher = DURATION.matcher(duration.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new ParameterException(
                    spec.commandLine(), "--for must be a number and s, m or h, such as 90m, but is " + duration);
        }
        long number = Long.parseLong(matcher.group(1));
        Duration time =
                switch (matcher.group(2)) {
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    default -> Duration.ofHours(number);
                };
        Instant over = clock.instant().plus(time);
        return () -> clock.instant().isAfter(over);
    }
}
