package dev.semantica.console;

import ch.qos.logback.classic.Level;
import dev.semantica.console.augment.AugmentCommand;
import dev.semantica.console.augment.SubmitCommand;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.deadletters.DeadLetterCommands;
import dev.semantica.console.evaluate.EvaluateCommand;
import dev.semantica.console.pages.PagesCommand;
import dev.semantica.console.security.AclsCommand;
import dev.semantica.console.store.StoreCommand;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.console.terminal.Logs;
import dev.semantica.console.train.TrainCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code semantica} command. */
@Command(
        name = "semantica",
        description = "Diverse image variations, streamed through Kafka.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            AugmentCommand.class,
            EvaluateCommand.class,
            TrainCommand.class,
            PagesCommand.class,
            SubmitCommand.class,
            RequestCommands.Status.class,
            RequestCommands.Cancel.class,
            ReproduceCommand.class,
            ServerCommands.Streams.class,
            ServerCommands.Worker.class,
            ServerCommands.Broker.class,
            TopicsCommand.class,
            DeadLetterCommands.class,
            StoreCommand.class,
            ResetCommand.class,
            BundlesCommand.class,
            ConfigCommand.class,
            AclsCommand.class,
            VersionCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 unexpected failure, 2 wrong command line, 3 wrong configuration or cluster,",
            "4 done but some variations failed (or an image was not reproduced), 130 stopped."
        })
public final class Semantica {

    private boolean verbose;

    private Semantica() {}

    /** Shows log lines and stack traces. */
    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show log lines and stack traces.")
    void setVerbose(boolean on) {
        verbose = on;
        if (on) {
            Logs.show(Level.INFO);
        }
    }

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs the command. */
    static int run(String... arguments) {
        return commands().execute(arguments);
    }

    /**
     * Runs the command in this process and returns its exit code.
     *
     * @param out gets what it answers
     * @param err gets what is wrong
     */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return commands().setOut(out).setErr(err).execute(arguments);
    }

    private static CommandLine commands() {
        Semantica semantica = new Semantica();
        CommandLine commands = new CommandLine(semantica);
        commands.getSubcommands().values().forEach(Semantica::addHelp);
        commands.setUsageHelpAutoWidth(true);
        return commands.setExecutionExceptionHandler(
                (exception, command, parsed) -> report(exception, command, semantica.verbose));
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true);
        command.getSubcommands().values().forEach(Semantica::addHelp);
    }

    private static int report(Exception exception, CommandLine command, boolean verbose) {
        PrintWriter err = command.getErr();
        if (exception instanceof ConfigurationException configuration) {
            configuration.problems().forEach(problem -> err.println("error: " + problem));
        } else {
            err.println("error: " + (exception.getMessage() == null ? exception.toString() : exception.getMessage())
                    + (verbose ? "" : " (--verbose shows where)"));
        }
        if (verbose) {
            exception.printStackTrace(err);
        }
        err.flush();
        return exception instanceof ConfigurationException ? ExitCode.CONFIGURATION : ExitCode.FAILURE;
    }
}
