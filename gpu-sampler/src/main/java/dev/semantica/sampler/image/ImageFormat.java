package dev.semantica.sampler.image;

import java.util.Arrays;
import java.util.Optional;

/** The formats that are read, told apart by their first bytes; names and media types are not trusted. */
enum ImageFormat {
    JPEG("jpeg"),
    PNG("png"),
    WEBP("webp"),
    GIF("gif"),
    BMP("bmp"),
    TIFF("tiff");

    private final String imageIoName;

    ImageFormat(String imageIoName) {
        this.imageIoName = imageIoName;
    }

    String imageIoName() {
        return imageIoName;
    }

    static Optional<ImageFormat> of(byte[] bytes) {
        return Arrays.stream(values()).filter(format -> format.matches(bytes)).findFirst();
    }

    private boolean matches(byte[] b) {
        return switch (this) {
            case JPEG -> starts(b, 0, 0xFF, 0xD8, 0xFF);
            case PNG -> starts(b, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n');
            case WEBP -> starts(b, 0, 'R', 'I', 'F', 'F') && starts(b, 8, 'W', 'E', 'B', 'P');
            case GIF -> starts(b, 0, 'G', 'I', 'F', '8');
            case BMP -> starts(b, 0, 'B', 'M');
            case TIFF -> starts(b, 0, 'I', 'I', 42, 0) || starts(b, 0, 'M', 'M', 0, 42);
        };
    }

    private static boolean starts(byte[] bytes, int offset, int... expected) {
        if (bytes.length < offset + expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((bytes[offset + i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
