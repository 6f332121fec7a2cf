package dev.semantica.sampler.image;

import dev.semantica.sampler.image.VettedImage.Colours;
import dev.semantica.sampler.image.VettedImage.Frame;

/** Walks a Windows or OS/2 bitmap (BITMAPCOREHEADER up to BITMAPV5HEADER). */
final class BmpFile {

    private static final int CORE_HEADER = 12;
    private static final int UNCOMPRESSED = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int BIT_FIELDS = 3;

    private BmpFile() {}

    static VettedImage vet(byte[] file, ImageLimits limits) throws ImageRejectedException {
        Bytes bytes = new Bytes(file, "BMP", true);
        long dataAt = bytes.u32(10);
        long headerSize = bytes.u32(14);
        int width;
        long height;
        int bitsPerPixel;
        long compression = UNCOMPRESSED;
        if (headerSize == CORE_HEADER) {
            width = bytes.u16(18);
            height = bytes.u16(20);
            bitsPerPixel = bytes.u16(24);
        } else if (headerSize >= 40 && headerSize <= 124) {
            width = bytes.s32(18);
            // A negative height says that the rows run from the top down.
            height = Math.abs((long) bytes.s32(22));
            bitsPerPixel = bytes.u16(28);
            compression = bytes.u32(30);
            if (bytes.u32(46) > 256) {
                throw ImageRejectedException.corrupt(
                        "BMP: a palette has up to 256 colours, the header claims " + bytes.u32(46));
            }
        } else {
            throw ImageRejectedException.unsupported(
                    "BMP: a header of 12 or of 40 to 124 bytes is read, found " + headerSize);
        }
        limits.check("BMP header", width, height);
        checkKind(bitsPerPixel, compression);
        if (dataAt < 14 + headerSize) {
            throw ImageRejectedException.corrupt("BMP: the pixels start at byte " + dataAt + ", inside the header");
        }
        long rowBytes = ((long) width * bitsPerPixel + 31) / 32 * 4;
        boolean runs = compression == RLE8 || compression == RLE4;
        bytes.need(dataAt, runs ? 1 : rowBytes * height, "the pixel data");
        return new VettedImage(
                ImageFormat.BMP,
                width,
                (int) height,
                Frame.whole(width, (int) height),
                deadline -> Codecs.read(ImageFormat.BMP, file, deadline),
                Colours.plain(Colours.NO_PROFILE),
                Exif.UPRIGHT);
    }

    private static void checkKind(int bitsPerPixel, long compression) throws ImageRejectedException {
        boolean known =
                switch ((int) Math.min(compression, Integer.MAX_VALUE)) {
                    case UNCOMPRESSED ->
                        bitsPerPixel == 1
                                || bitsPerPixel == 4
                                || bitsPerPixel == 8
                                || bitsPerPixel == 16
                                || bitsPerPixel == 24
                                || bitsPerPixel == 32;
                    case RLE8 -> bitsPerPixel == 8;
                    case RLE4 -> bitsPerPixel == 4;
                    case BIT_FIELDS -> bitsPerPixel == 16 || bitsPerPixel == 32;
                    default -> false;
                };
        if (!known) {
            throw ImageRejectedException.unsupported("BMP: " + bitsPerPixel + " bits a pixel with compression "
                    + compression + " is not read; save it uncompressed, as 24 bits a pixel");
        }
    }
}
