package dev.semantica.console;

import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.TopicAdmin;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.terminal.CommonOptions;
import dev.semantica.console.terminal.ExitCode;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code semantica topics}. */
@Command(
        name = "topics",
        description = "Creates and lists the topics. Nothing else ever creates them.",
        subcommands = {TopicsCommand.Create.class, TopicsCommand.ListTopics.class})
final class TopicsCommand implements Runnable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: create or list");
    }

    @Command(name = "create", description = "Creates the topics that are missing.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private CommonOptions common;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            Connection connection = Connection.of(ConnectionConfig.from(common.settings()));
            try (Admin admin = connection.admin()) {
                new TopicAdmin(admin, connection.config(), TIMEOUT)
                        .create()
                        .forEach((role, created) -> spec.commandLine()
                                .getOut()
                                .println((created ? "created  " : "exists   ")
                                        + connection.config().names().of(role)));
            }
            return ExitCode.OK;
        }
    }

    @Command(name = "list", description = "Shows which topics exist, with their partitions.")
    static final class ListTopics implements Callable<Integer> {
        @Mixin
        private CommonOptions common;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            Connection connection = Connection.of(ConnectionConfig.from(common.settings()));
            try (Admin admin = connection.admin()) {
                new TopicAdmin(admin, connection.config(), TIMEOUT)
                        .describe()
                        .forEach((role, topic) -> spec.commandLine()
                                .getOut()
                                .println("%-20s %-30s %s"
                                        .formatted(
                                                role.wireName(),
                                                connection.config().names().of(role),
                                                topic.map(found -> found.partitions()
                                                                        .size() + " partitions")
                                                        .orElse("missing"))));
            }
            return ExitCode.OK;
        }
    }
}
