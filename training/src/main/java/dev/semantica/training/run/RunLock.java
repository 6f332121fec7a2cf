package dev.semantica.training.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a run's directory to one run at a time: two would write each other's pages, tokens and checkpoints. The operating
 * system lets go of it when the process dies; the empty file stays.
 */
final class RunLock implements AutoCloseable {

    private static final String NAME = "run.lock";

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the directory, which is created where it is not there.
     *
     * @throws TrainingException if another run has it
     */
    static RunLock take(Path directory) throws IOException, TrainingException {
        Files.createDirectories(directory);
        FileChannel channel =
                FileChannel.open(directory.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock(channel) == null) {
            channel.close();
            throw new TrainingException("Another run is at work in " + directory
                    + "; wait until it ends or stop it, or give this one another directory");
        }
        return new RunLock(channel);
    }

    /** Null if another has it, in this process or another. */
    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
