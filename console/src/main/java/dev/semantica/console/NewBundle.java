package dev.semantica.console;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Where a command puts the bundle that it makes. */
final class NewBundle {

    @Option(
            names = "--out",
            paramLabel = "BUNDLE",
            required = true,
            description = "Where the bundle is to be; must not exist yet.")
    private Path place;

    Path place() {
        return place;
    }

    /** Why it cannot be there; none if it can. */
    List<String> problems() {
        return Files.exists(place)
                ? List.of(place + " exists already; name another directory, or remove it")
                : List.of();
    }
}
