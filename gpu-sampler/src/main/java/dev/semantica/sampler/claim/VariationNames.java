package dev.semantica.sampler.claim;

import dev.semantica.store.ObjectContent;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Names of variations in a store: a folder for each request, and in it names that begin with what a person recognises
 * and end with what makes them unique.
 */
final class VariationNames {

    private static final int READABLE = 48;
    private static final int DIGEST = 16;

    private VariationNames() {}

    static String of(String requestId, String imageId, int index, ObjectContent content) {
        return readable(requestId) + "-" + digest(requestId) + "/" + readable(imageId) + "-" + digest(imageId) + "_"
                + "%03d".formatted(index) + "-" + content.sha256().substring(0, DIGEST)
                + extension(content.mediaType());
    }

    /** The beginning of an id, with what may mean something in a path replaced. */
    private static String readable(String id) {
        String plain = id.replaceAll("[^A-Za-z0-9_-]", "-");
        return plain.substring(0, Math.min(READABLE, plain.length()));
    }

    private static String digest(String id) {
        return DigestUtils.sha256Hex(id).substring(0, DIGEST);
    }

    private static String extension(String mediaType) {
        return switch (mediaType) {
            case "image/png" -> ".png";
            case "image/jpeg" -> ".jpg";
            default -> "";
        };
    }
}
