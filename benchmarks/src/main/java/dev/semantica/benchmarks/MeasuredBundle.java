package dev.semantica.benchmarks;

import dev.semantica.console.cluster.Applications;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bundle that is measured: always the same one, so that figures of different commits can be compared. */
final class MeasuredBundle {

    static final Path DIRECTORY = Applications.defaultBundle().resolveSibling("pages-lab");

    private MeasuredBundle() {}

    /** A picture of its world, as a file's bytes. */
    static byte[] picture() throws IOException {
        return Files.readAllBytes(DIRECTORY.resolve("examples").resolve("house.png"));
    }
}
