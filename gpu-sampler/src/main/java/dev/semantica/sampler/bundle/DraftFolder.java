package dev.semantica.sampler.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A folder that is written beside its place and put there when it is whole; closed before that, nothing is left of it. */
public final class DraftFolder implements AutoCloseable {

    private final Path place;
    private final Path folder;

    private DraftFolder(Path place, Path folder) {
        this.place = place;
        this.folder = folder;
    }

    /**
     * Starts one under a name that nothing else has.
     *
     * @throws IOException if the place is taken, or nothing can be written there
     */
    public static DraftFolder beside(Path directory) throws IOException {
        Path place = directory.toAbsolutePath();
        if (Files.exists(place)) {
            throw new FileAlreadyExistsException(
                    place.toString(), null, "exists already; name another directory, or remove it");
        }
        // No temporary directory of the platform's: nobody but its owner could read it, in its place too.
        return in(place.resolveSibling("." + place.getFileName() + "-" + UUID.randomUUID()), place);
    }

    /**
     * Starts one in a folder of that name, for a place that is free.
     *
     * @param folder must not exist yet, and is on the place's file system
     * @param place where it is put
     * @throws FileAlreadyExistsException if the folder exists
     * @throws IOException if nothing can be written there
     */
    public static DraftFolder in(Path folder, Path place) throws IOException {
        Files.createDirectories(folder.getParent());
        return new DraftFolder(place, Files.createDirectory(folder));
    }

    /** Where to write. */
    public Path folder() {
        return folder;
    }

    /** Puts it in its place, which it returns. */
    public Path put() throws IOException {
        Files.move(folder, place);
        return place;
    }

    @Override
    public void close() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(folder)) {
            found.sorted(Comparator.reverseOrder()).forEach(files::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
