package dev.semantica.connectors.storage;

/**
 * A file as a listing shows it.
 *
 * @param name its name within the storage, with {@code /} between folders
 * @param size its length in bytes
 * @param version changes when the content does: a time of modification or an entity tag
 */
public record StoredFile(String name, long size, String version) {}
