package dev.semantica.pages.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files and folders that appear whole or not at all. What is unfinished has a name of its own. */
final class Whole {

    private static final String UNFINISHED = ".unfinished-";

    private Whole() {}

    static boolean isUnfinished(Path path) {
        return path.getFileName().toString().startsWith(UNFINISHED);
    }

    static Path unfinished(Path target) {
        return target.resolveSibling(UNFINISHED + target.getFileName());
    }

    static void publish(Path unfinished, Path target) throws IOException {
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static void write(Path target, byte[] bytes) throws IOException {
        Path unfinished = unfinished(target);
        Files.write(unfinished, bytes);
        publish(unfinished, target);
    }

    /** Takes away what an interrupted run left. */
    static void tidy(Path folder) throws IOException {
        List<Path> leftovers;
        try (Stream<Path> entries = Files.list(folder)) {
            leftovers = entries.filter(Whole::isUnfinished).toList();
        }
        for (Path leftover : leftovers) {
            delete(leftover);
        }
    }

    static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(path)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : deepestFirst) {
            Files.delete(each);
        }
    }
}
