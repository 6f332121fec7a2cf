package dev.semantica.sampler.image;

import dev.semantica.sampler.image.VettedImage.Colours;
import dev.semantica.sampler.image.VettedImage.Frame;
import dev.semantica.sampler.image.VettedImage.Inks;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Walks a PNG (W3C PNG specification, third edition). The codec gets a copy that holds IHDR, PLTE, a palette's tRNS, IDAT
 * and IEND alone, so compressed text and profiles never reach it; profile and EXIF are read here within bounds.
 */
final class PngFile {

    private static final int SIGNATURE = 8;
    private static final int GRAY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int GRAY_ALPHA = 4;
    private static final int RGB_ALPHA = 6;
    /** Deflate cannot shrink by more than 1032:1 (a match of 258 bytes in two bits). */
    private static final long MOST_INFLATION = 1032;

    private final Bytes bytes;
    private final ByteArrayOutputStream kept;
    private int width;
    private int height;
    private int depth;
    private int colourType;
    private byte[] profile = Colours.NO_PROFILE;
    private int[] transparent = Colours.NO_KEY;
    private int orientation = Exif.UPRIGHT;
    private long imageBytes;
    private int colours;

    private PngFile(byte[] file) {
        this.bytes = new Bytes(file, "PNG", false);
        this.kept = new ByteArrayOutputStream(Math.min(file.length, 1 << 16));
    }

    static VettedImage vet(byte[] file, ImageLimits limits) throws ImageRejectedException {
        PngFile png = new PngFile(file);
        png.walk(limits);
        byte[] clean = png.kept.toByteArray();
        return new VettedImage(
                ImageFormat.PNG,
                png.width,
                png.height,
                Frame.whole(png.width, png.height),
                deadline -> Codecs.read(ImageFormat.PNG, clean, deadline),
                new Colours(png.profile, png.transparent, Inks.NONE),
                png.orientation);
    }

    private void walk(ImageLimits limits) throws ImageRejectedException {
        bytes.copy(kept, 0, SIGNATURE);
        long at = SIGNATURE;
        boolean first = true;
        while (true) {
            long length = bytes.u32(at);
            String type = bytes.text(at + 4, 4);
            bytes.need(at + 8, length + 4, "chunk " + type);
            if (first != "IHDR".equals(type)) {
                throw ImageRejectedException.corrupt("PNG: expected one IHDR chunk, first; found " + type);
            }
            first = false;
            chunk(type, at, (int) length, limits);
            if ("IEND".equals(type)) {
                break;
            }
            at += 12 + length;
        }
        checkImageData();
    }

    private void chunk(String type, long at, int length, ImageLimits limits) throws ImageRejectedException {
        long body = at + 8;
        switch (type) {
            case "IHDR" -> {
                header(body, length, limits);
                keep(at, length);
            }
            case "PLTE" -> {
                if (length == 0 || length > 768 || length % 3 != 0) {
                    throw ImageRejectedException.corrupt(
                            "PNG: a palette has 3 to 768 bytes in threes, found " + length);
                }
                colours = length / 3;
                if (colourType == PALETTE) {
                    keep(at, length);
                }
            }
            case "tRNS" -> transparency(at, length);
            case "IDAT" -> {
                imageBytes += length;
                keep(at, length);
            }
            case "IEND" -> keep(at, length);
            case "iCCP" -> profile = IccProfiles.fromPngChunk(bytes.array(), (int) body, length);
            case "eXIf" ->
                orientation = Exif.orientation(Arrays.copyOfRange(bytes.array(), (int) body, (int) body + length));
            default -> {
                // A chunk whose name starts with a capital may not be skipped (section 5.4).
                if (Character.isUpperCase(type.charAt(0))) {
                    throw ImageRejectedException.corrupt("PNG: unknown critical chunk " + type);
                }
            }
        }
    }

    private void header(long body, int length, ImageLimits limits) throws ImageRejectedException {
        if (length != 13) {
            throw ImageRejectedException.corrupt("PNG: IHDR has 13 bytes, found " + length);
        }
        limits.check("PNG header", bytes.u32(body), bytes.u32(body + 4));
        width = bytes.s32(body);
        height = bytes.s32(body + 4);
        depth = bytes.u8(body + 8);
        colourType = bytes.u8(body + 9);
        boolean known =
                switch (colourType) {
                    case GRAY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
                    case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
                    case RGB, GRAY_ALPHA, RGB_ALPHA -> depth == 8 || depth == 16;
                    default -> false;
                };
        if (!known || bytes.u8(body + 10) != 0 || bytes.u8(body + 11) != 0 || bytes.u8(body + 12) > 1) {
            throw ImageRejectedException.corrupt("PNG: no such kind of PNG: bit depth " + depth + ", colour type "
                    + colourType + ", compression " + bytes.u8(body + 10) + ", filter " + bytes.u8(body + 11)
                    + ", interlace " + bytes.u8(body + 12));
        }
    }

    private void transparency(long at, int length) throws ImageRejectedException {
        if (colourType == PALETTE && length <= colours) {
            keep(at, length);
        } else if (colourType == GRAY && length == 2) {
            transparent = new int[] {bytes.u16(at + 8)};
        } else if (colourType == RGB && length == 6) {
            transparent = new int[] {bytes.u16(at + 8), bytes.u16(at + 10), bytes.u16(at + 12)};
        } else {
            throw ImageRejectedException.corrupt(
                    "PNG: tRNS of " + length + " bytes does not fit colour type " + colourType);
        }
    }

    private void keep(long at, int length) throws ImageRejectedException {
        CRC32 crc = new CRC32();
        crc.update(bytes.array(), (int) at + 4, length + 4);
        long stored = bytes.u32(at + 8 + length);
        if (crc.getValue() != stored) {
            throw ImageRejectedException.corrupt(String.format(
                    "PNG: chunk %s at byte %d has checksum %08x, expected %08x; send the picture again",
                    bytes.text(at + 4, 4), at, crc.getValue(), stored));
        }
        bytes.copy(kept, at, 12L + length);
    }

    private void checkImageData() throws ImageRejectedException {
        if (colourType == PALETTE && colours == 0) {
            throw ImageRejectedException.corrupt("PNG: a palette picture without a palette");
        }
        int channels =
                switch (colourType) {
                    case RGB -> 3;
                    case GRAY_ALPHA -> 2;
                    case RGB_ALPHA -> 4;
                    default -> 1;
                };
        long raw = height * (((long) width * depth * channels + 7) / 8);
        if (imageBytes * MOST_INFLATION < raw) {
            throw ImageRejectedException.truncated("PNG: " + width + "x" + height + " pixels need " + raw
                    + " bytes, and " + imageBytes + " compressed bytes cannot hold so many");
        }
    }
}
