package dev.semantica.console;

import dev.semantica.console.config.ConfigurationDocs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code semantica config}. */
@Command(
        name = "config",
        description = "About the settings.",
        subcommands = {ConfigCommand.Docs.class})
final class ConfigCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: docs");
    }

    @Command(name = "docs", description = "Prints every key with its default and meaning, in Markdown.")
    static final class Docs implements Runnable {
        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().getOut().print(ConfigurationDocs.markdown());
            spec.commandLine().getOut().flush();
        }
    }
}
