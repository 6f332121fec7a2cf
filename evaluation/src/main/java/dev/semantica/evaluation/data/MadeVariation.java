package dev.semantica.evaluation.data;

/**
 * A variation that was made earlier.
 *
 * @param source what its source was called
 * @param sourceDigest SHA-256 of its source's file, hexadecimal; empty if not known
 * @param index which of its source's variations it is, from 0
 * @param content gives the file's bytes
 */
public record MadeVariation(String source, String sourceDigest, int index, LabelledImage.Content content) {}
