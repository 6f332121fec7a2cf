package dev.semantica.connectors.storage;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** A folder of the local file system, or of one that is mounted. */
final class FolderStorage implements Storage {

    private final Path root;

    FolderStorage(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public String location() {
        return root.toUri().toString();
    }

    @Override
    public Optional<String> check() {
        return Files.isDirectory(root) && Files.isReadable(root)
                ? Optional.empty()
                : Optional.of(root + " is no folder that this worker can read; make it, or mount it on every worker");
    }

    @Override
    public void list(String folder, Consumer<StoredFile> files) throws IOException {
        Path top = resolve(folder);
        if (!top.equals(root) && !Files.exists(top)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return !directory.equals(top) && isHidden(directory)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && !isHidden(file)) {
                    String name = root.relativize(file)
                            .toString()
                            .replace(root.getFileSystem().getSeparator(), "/");
                    files.accept(new StoredFile(
                            name,
                            attributes.size(),
                            Long.toString(attributes.lastModifiedTime().toMillis())));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                // A file or folder that was removed between listing and looking is no failure; the root itself is.
                if (e instanceof NoSuchFileException && !file.equals(top)) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }

    private static boolean isHidden(Path file) {
        return file.getFileName().toString().startsWith(".");
    }

    @Override
    public Optional<byte[]> read(String name, int maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(resolve(name))) {
            byte[] bytes = in.readNBytes(maxBytes);
            if (bytes.length == maxBytes && in.read() >= 0) {
                throw new FileTooLargeException(name, maxBytes);
            }
            return Optional.of(bytes);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void write(String name, Path content) throws IOException {
        Path target = resolve(name);
        Path folder = target.getParent();
        Files.createDirectories(folder);
        Path unfinished = folder.resolve("." + UUID.randomUUID() + ".unfinished");
        try {
            Files.copy(content, unfinished);
            force(unfinished, StandardOpenOption.WRITE);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            force(folder, StandardOpenOption.READ);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void force(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    private Path resolve(String name) throws IOException {
        Path file = root.resolve(name).normalize();
        if (!file.startsWith(root)) {
            throw new IOException(name + " lies outside of " + root);
        }
        return file;
    }

    @Override
    public URI uri(String name) {
        return root.resolve(name).toUri();
    }

    @Override
    public boolean showsUnfinishedFiles() {
        return true;
    }

    @Override
    public void close() {}
}
