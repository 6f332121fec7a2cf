package dev.semantica.console.augment;

import dev.semantica.console.config.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds the pictures that a user named. */
final class SourceScan {

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff");

    private SourceScan() {}

    /**
     * Lists the pictures under the inputs, sorted by id. In folders, files with a picture's extension count; a file
     * that was named itself always counts. Hidden files and the output folder are left out.
     *
     * @param inputs folders and files
     * @param output the output folder, which may lie inside an input
     * @throws ConfigurationException if an input does not exist, if nothing is found, or if two files have one id
     */
    static List<SourceImage> scan(List<Path> inputs, Path output) {
        List<String> problems = new ArrayList<>();
        Map<String, SourceImage> found = new TreeMap<>();
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                for (Path file : picturesIn(input, output)) {
                    add(source(input.relativize(file), file), found, problems);
                }
            } else if (Files.isRegularFile(input)) {
                add(source(input.getFileName(), input), found, problems);
            } else {
                problems.add(input + " does not exist or is neither a file nor a folder; name a picture or a folder");
            }
        }
        if (problems.isEmpty() && found.isEmpty()) {
            problems.add("No pictures found in " + inputs + "; looked for files ending in "
                    + String.join(", ", new java.util.TreeSet<>(EXTENSIONS)));
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return List.copyOf(found.values());
    }

    private static void add(SourceImage source, Map<String, SourceImage> found, List<String> problems) {
        SourceImage other = found.putIfAbsent(source.id(), source);
        if (other != null && !other.file().equals(source.file())) {
            problems.add("Both " + other.file() + " and " + source.file() + " would be called '" + source.id()
                    + "'; name a folder that holds both, or run them apart");
        }
    }

    private static SourceImage source(Path relative, Path file) {
        String id = relative.toString().replace(file.getFileSystem().getSeparator(), "/");
        int slash = id.lastIndexOf('/');
        return new SourceImage(file, id, slash < 0 ? null : id.substring(0, slash));
    }

    private static List<Path> picturesIn(Path folder, Path output) {
        List<Path> pictures = new ArrayList<>();
        Path skipped = output.toAbsolutePath().normalize();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    boolean hidden = !directory.equals(folder)
                            && directory.getFileName().toString().startsWith(".");
                    return hidden || directory.toAbsolutePath().normalize().equals(skipped)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String name = file.getFileName().toString();
                    int dot = name.lastIndexOf('.');
                    if (dot > 0
                            && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT))
                            && Files.isRegularFile(file)) {
                        pictures.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + folder, e);
        }
        return pictures;
    }
}
