package dev.semantica.console.deadletters;

import dev.semantica.console.cluster.Connection;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.console.security.Application;
import dev.semantica.console.security.PermissionCheck;
import dev.semantica.console.terminal.CommonOptions;
import dev.semantica.console.terminal.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code semantica dlq}. */
@Command(
        name = "dlq",
        description = "Shows the dead letters and sends them again: records that could not be read or processed.",
        subcommands = {
            DeadLetterCommands.ListLetters.class,
            DeadLetterCommands.Show.class,
            DeadLetterCommands.Send.class
        })
public final class DeadLetterCommands implements Runnable {

    private static final int SHOWN_BYTES = 256;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: list, show or replay");
    }

    private static Connection connection(CommonOptions common, Application application) {
        Settings settings = common.settings();
        Connection connection = Connection.of(ConnectionConfig.from(settings));
        PermissionCheck.require(application, connection, settings);
        return connection;
    }

    private static String row(DeadLetter letter) {
        return "%-10s %-24s %-28s %9d  %s"
                .formatted(
                        letter.position(),
                        letter.putAside(),
                        letter.hasSource()
                                ? letter.sourceTopic() + " " + letter.sourcePartition() + ":" + letter.sourceOffset()
                                : "unknown",
                        letter.size(),
                        letter.reason());
    }

    @Command(name = "list", description = "Lists the dead letters that are there now, and counts them by topic.")
    static final class ListLetters implements Callable<Integer> {
        @Option(names = "--topic", paramLabel = "NAME", description = "Only records that were on this topic.")
        private String topic;

        @Option(
                names = "--limit",
                defaultValue = "100",
                paramLabel = "N",
                description = "Show at most this many rows (default: ${DEFAULT-VALUE}); all are counted.")
        private int limit;

        @Mixin
        private CommonOptions common;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            Map<String, Integer> counts = new TreeMap<>();
            int[] shown = {0};
            try (DeadLetters letters = new DeadLetters(connection(common, Application.DLQ), Map.of())) {
                letters.forEach(letter -> {
                    String source = letter.hasSource() ? letter.sourceTopic() : "unknown";
                    if (topic != null && !topic.equals(source)) {
                        return;
                    }
                    if (shown[0] == 0) {
                        out.println("%-10s %-24s %-28s %9s  %s"
                                .formatted("letter", "put aside", "was on", "bytes", "reason"));
                    }
                    if (shown[0]++ < limit) {
                        out.println(row(letter));
                    }
                    counts.merge(source, 1, Integer::sum);
                });
            }
            if (shown[0] > limit) {
                out.println("… " + (shown[0] - limit) + " more; --limit shows them");
            }
            out.println(counts.isEmpty() ? "no dead letters" : counts.toString());
            return ExitCode.OK;
        }
    }

    @Command(name = "show", description = "Shows one dead letter: its headers, its key, its first bytes.")
    static final class Show implements Callable<Integer> {
        @Parameters(paramLabel = "LETTER", description = "PARTITION:OFFSET, as list shows it.")
        private String letter;

        @Option(
                names = "--value",
                paramLabel = "FILE",
                description = "Write the record's value to this file, which must not exist.")
        private Path file;

        @Mixin
        private CommonOptions common;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            DeadLetter.Position position = position(spec, letter);
            try (DeadLetters letters = new DeadLetters(connection(common, Application.DLQ), Map.of())) {
                DeadLetter found = letters.at(position);
                print(found);
                if (file != null) {
                    Files.write(
                            file,
                            found.value() == null ? new byte[0] : found.value(),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE);
                    spec.commandLine().getOut().println("value written to " + file);
                }
            }
            return ExitCode.OK;
        }

        private void print(DeadLetter found) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(row(found));
            out.println("key      " + Text.line(Text.shown(found.key())));
            for (Header header : found.headers()) {
                out.println("header   " + header.key() + ": "
                        + Text.shown(header.value()).strip());
            }
            out.println("value    " + (found.value() == null ? "null" : found.value().length + " bytes"));
            if (found.value() != null) {
                out.print(Text.dump(found.value(), SHOWN_BYTES));
            }
            out.flush();
        }
    }

    @Command(
            name = "replay",
            description = {
                "Sends dead letters again to the topic and partition where they were, once what was wrong is mended.",
                "Without LETTER: all that no earlier replay has sent. Exactly once, in transactions."
            })
    static final class Send implements Callable<Integer> {
        @Parameters(
                paramLabel = "LETTER",
                arity = "0..*",
                description = "PARTITION:OFFSET, as list shows it; sent even if sent before.")
        private List<String> letters = List.of();

        @Option(names = "--dry-run", description = "Show what would be sent.")
        private boolean dryRun;

        @Mixin
        private CommonOptions common;

        @Spec
        private CommandSpec spec;

        private int count;
        private int passedOver;

        @Override
        public Integer call() {
            List<DeadLetter.Position> positions =
                    letters.stream().map(text -> position(spec, text)).toList();
            Connection connection = connection(common, Application.DLQ_REPLAY);
            try (Replay replay = new Replay(connection)) {
                if (!positions.isEmpty()) {
                    send(connection, replay, positions);
                } else if (dryRun) {
                    replay.preview(this::print);
                } else {
                    replay.sendNew(this::print, this::passOver);
                }
            } catch (KafkaException | IllegalStateException e) {
                throw new ConfigurationException(
                        "The replay stopped after " + count + " letters: " + e.getMessage() + cause(e));
            }
            spec.commandLine().getOut().println(count + (dryRun ? " would be sent" : " sent again"));
            return passedOver == 0 ? ExitCode.OK : ExitCode.INCOMPLETE;
        }

        private void send(Connection connection, Replay replay, List<DeadLetter.Position> positions) {
            if (!dryRun) {
                replay.send(positions, this::print, this::passOver);
                return;
            }
            try (DeadLetters all = new DeadLetters(connection, Map.of())) {
                positions.forEach(position -> print(all.at(position)));
            }
        }

        private void print(DeadLetter letter) {
            count++;
            spec.commandLine().getOut().println(row(letter));
        }

        private void passOver(DeadLetter letter, String why) {
            passedOver++;
            spec.commandLine().getErr().println("warning: " + letter.position() + " " + why + "; passed over");
        }

        private static String cause(Exception e) {
            return e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")";
        }
    }

    private static DeadLetter.Position position(CommandSpec spec, String text) {
        try {
            return DeadLetter.Position.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
