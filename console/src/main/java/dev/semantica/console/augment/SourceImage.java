package dev.semantica.console.augment;

import java.nio.file.Path;

/**
 * A picture to vary.
 *
 * @param file where it lies
 * @param id its path relative to the folder that was given, with {@code /}; names it within the request
 * @param label the folder it lies in, relative likewise; null at the top
 */
record SourceImage(Path file, String id, String label) {}
