package dev.semantica.sampler.image;

/** Reads the one EXIF field that changes pixels: the orientation (EXIF 2.32, tag 0x0112). */
final class Exif {

    static final int UPRIGHT = 1;

    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;

    private Exif() {}

    /**
     * The orientation, 1 to 8, of a TIFF-structured EXIF block; 1 when it is absent, out of range or unreadable, since a
     * broken side note does not make a picture unusable.
     */
    static int orientation(byte[] exif) {
        try {
            Bytes probe = new Bytes(exif, "EXIF", false);
            // WebP and some PNG writers keep the prefix that only JPEG needs.
            int base = probe.has(0, "Exif\0\0") ? 6 : 0;
            boolean little = probe.has(base, "II*\0");
            if (!little && !probe.has(base, "MM\0*")) {
                return UPRIGHT;
            }
            Bytes bytes = new Bytes(exif, "EXIF", little);
            long directory = base + bytes.u32(base + 4L);
            int entries = bytes.u16(directory);
            for (int i = 0; i < entries; i++) {
                long entry = directory + 2 + 12L * i;
                if (bytes.u16(entry) == ORIENTATION && bytes.u16(entry + 2) == SHORT) {
                    return valid(bytes.u16(entry + 8));
                }
            }
            return UPRIGHT;
        } catch (ImageRejectedException broken) {
            return UPRIGHT;
        }
    }

    static int valid(int orientation) {
        return orientation >= 1 && orientation <= 8 ? orientation : UPRIGHT;
    }
}
