package dev.semantica.connectors.dataset;

import dev.semantica.schemas.Variation;
import java.util.Locale;

/**
 * One row of a dataset.
 *
 * @param key names it among all rows of a dataset: letters, digits, {@code _} and {@code -}
 * @param image its image file
 * @param extension ending of the image file's name, for example {@code png}
 * @param variation everything else
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares examples.
public record Example(String key, byte[] image, String extension, Variation variation) {

    /** The ending for a media type; {@code bin} for one that is not an image's. */
    public static String extensionOf(String mediaType) {
        if (mediaType == null || !mediaType.startsWith("image/")) {
            return "bin";
        }
        String subtype = mediaType.substring("image/".length()).toLowerCase(Locale.ROOT);
        return switch (subtype) {
            case "jpeg" -> "jpg";
            case "png", "webp", "gif", "bmp", "tiff", "avif" -> subtype;
            default -> "bin";
        };
    }

    String fileName() {
        return key + "." + extension;
    }
}
