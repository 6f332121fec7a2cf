package dev.semantica.console.pages;

import dev.semantica.console.train.FilterCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code semantica pages}. */
@Command(
        name = "pages",
        description = "Makes and measures pages: images that belong together, to train and to evaluate with.",
        subcommands = {GenerateCommand.class, FilterCommand.class})
public final class PagesCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: generate or filter");
    }
}
