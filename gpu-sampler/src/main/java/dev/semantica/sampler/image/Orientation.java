package dev.semantica.sampler.image;

/**
 * Where a stored pixel lies in the upright picture (EXIF 2.32, tag 0x0112).
 *
 * @param value 1 to 8
 * @param storedWidth width in pixels as stored
 * @param storedHeight height in pixels as stored
 */
record Orientation(int value, int storedWidth, int storedHeight) {

    private boolean turned() {
        return value >= 5;
    }

    int width() {
        return turned() ? storedHeight : storedWidth;
    }

    int height() {
        return turned() ? storedWidth : storedHeight;
    }

    /** The row-major index in the upright picture of the stored pixel (x, y). */
    int target(int x, int y) {
        int right = storedWidth - 1 - x;
        int bottom = storedHeight - 1 - y;
        return switch (value) {
            case 2 -> y * storedWidth + right;
            case 3 -> bottom * storedWidth + right;
            case 4 -> bottom * storedWidth + x;
            case 5 -> x * storedHeight + y;
            case 6 -> x * storedHeight + bottom;
            case 7 -> right * storedHeight + bottom;
            case 8 -> right * storedHeight + y;
            default -> y * storedWidth + x;
        };
    }
}
