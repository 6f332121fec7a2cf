package dev.semantica.connectors.storage;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;

/** Shows the files below a folder in one walk; pages, which an object store's listing has, would cost a walk each. */
final class FolderWalk extends SimpleFileVisitor<Path> {

    private final Path root;
    private final Path top;
    private final Consumer<StoredFile> files;

    private FolderWalk(Path root, Path top, Consumer<StoredFile> files) {
        this.root = root;
        this.top = top;
        this.files = files;
    }

    /**
     * Shows the files below a folder in {@code root}, by their names below {@code root}. The root may be a symbolic link;
     * links below it are not followed.
     *
     * @param folder empty for the root, which must exist then
     */
    static void walk(Path root, String folder, Consumer<StoredFile> files) throws IOException {
        if (folder.isEmpty() || Files.exists(root.resolve(folder))) {
            Path real = root.toRealPath();
            Path top = real.resolve(folder);
            Files.walkFileTree(top, new FolderWalk(real, top, files));
        }
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
        return !directory.equals(top) && isHidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (attributes.isRegularFile() && !isHidden(file)) {
            String version = Long.toString(attributes.lastModifiedTime().toMillis());
            files.accept(new StoredFile(root.relativize(file).toString(), attributes.size(), version));
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        // What was removed between listing and looking is no failure, unless it is the folder itself.
        if (e instanceof NoSuchFileException && !file.equals(top)) {
            return FileVisitResult.CONTINUE;
        }
        throw e;
    }

    private static boolean isHidden(Path file) {
        return file.getFileName().toString().startsWith(".");
    }
}
