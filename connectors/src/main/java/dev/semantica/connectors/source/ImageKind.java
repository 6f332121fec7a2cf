package dev.semantica.connectors.source;

import java.util.Arrays;
import java.util.Optional;

/** The image formats that samplers read, by how their files begin. */
enum ImageKind {
    JPEG("image/jpeg", "\u00ff\u00d8\u00ff"),
    PNG("image/png", "\u0089PNG\r\n\u001a\n"),
    GIF("image/gif", "GIF8"),
    BMP("image/bmp", "BM"),
    TIFF_LITTLE("image/tiff", "II*\0"),
    TIFF_BIG("image/tiff", "MM\0*"),
    /** Between the two words lies the length of the file. */
    WEBP("image/webp", "RIFF....WEBP");

    private final String mediaType;
    /** One character a byte. */
    private final String signature;

    ImageKind(String mediaType, String signature) {
        this.mediaType = mediaType;
        this.signature = signature;
    }

    String mediaType() {
        return mediaType;
    }

    /** The kind of a file, by its first bytes; empty if it is none of these. */
    static Optional<ImageKind> of(byte[] file) {
        return Arrays.stream(values()).filter(kind -> kind.begins(file)).findFirst();
    }

    private boolean begins(byte[] file) {
        if (file.length < signature.length()) {
            return false;
        }
        for (int i = 0; i < signature.length(); i++) {
            boolean any = this == WEBP && signature.charAt(i) == '.';
            if (!any && signature.charAt(i) != Byte.toUnsignedInt(file[i])) {
                return false;
            }
        }
        return true;
    }
}
