package dev.semantica.sampler.image;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The picture formats that are read, told apart by their first bytes and never by a name. */
public enum ImageFormat {
    JPEG("image/jpeg"),
    PNG("image/png"),
    WEBP("image/webp"),
    GIF("image/gif"),
    BMP("image/bmp"),
    TIFF("image/tiff");

    private final String mediaType;

    ImageFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** The registered media type, such as {@code image/png}. */
    public String mediaType() {
        return mediaType;
    }

    /** The format that the first bytes announce; empty when they announce none of these. */
    public static Optional<ImageFormat> of(byte[] bytes) {
        if (starts(bytes, 0, "\u00ff\u00d8\u00ff")) {
            return Optional.of(JPEG);
        }
        if (starts(bytes, 0, "\u0089PNG\r\n\u001a\n")) {
            return Optional.of(PNG);
        }
        if (starts(bytes, 0, "RIFF") && starts(bytes, 8, "WEBP")) {
            return Optional.of(WEBP);
        }
        if (starts(bytes, 0, "GIF87a") || starts(bytes, 0, "GIF89a")) {
            return Optional.of(GIF);
        }
        if (starts(bytes, 0, "BM") && starts(bytes, 6, "\0\0\0\0")) {
            return Optional.of(BMP);
        }
        // Version 43 is BigTIFF: recognised here so that its rejection can say what it is.
        if (starts(bytes, 0, "II*\0")
                || starts(bytes, 0, "MM\0*")
                || starts(bytes, 0, "II+\0")
                || starts(bytes, 0, "MM\0+")) {
            return Optional.of(TIFF);
        }
        return Optional.empty();
    }

    private static boolean starts(byte[] bytes, int at, String magic) {
        byte[] expected = magic.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < at + expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (bytes[at + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
