package dev.semantica.sampler.image;

import dev.semantica.sampler.image.VettedImage.Colours;
import dev.semantica.sampler.image.VettedImage.Frame;
import java.io.ByteArrayOutputStream;

/** Walks a GIF (CompuServe GIF89a) to its first frame; the codec gets a file of that frame alone. */
final class GifFile {

    private final Bytes bytes;
    private Frame frame;
    private int canvasWidth;
    private int canvasHeight;
    private boolean interlaced;
    private byte[] palette = {};
    private int transparent = -1;
    private long codesAt;
    private long codesEnd;

    private GifFile(byte[] file) {
        this.bytes = new Bytes(file, "GIF", true);
    }

    static VettedImage vet(byte[] file, ImageLimits limits) throws ImageRejectedException {
        GifFile gif = new GifFile(file);
        gif.walk(limits);
        byte[] clean = gif.cleaned();
        return new VettedImage(
                ImageFormat.GIF,
                gif.canvasWidth,
                gif.canvasHeight,
                gif.frame,
                deadline -> Codecs.read(ImageFormat.GIF, clean, deadline),
                Colours.plain(Colours.NO_PROFILE),
                Exif.UPRIGHT);
    }

    private void walk(ImageLimits limits) throws ImageRejectedException {
        canvasWidth = bytes.u16(6);
        canvasHeight = bytes.u16(8);
        int flags = bytes.u8(10);
        long at = 13;
        if ((flags & 0x80) != 0) {
            at = readPalette(at, flags);
        }
        while (true) {
            int block = bytes.u8(at);
            if (block == 0x21) {
                // A graphic control extension says which index is transparent.
                if (bytes.u8(at + 1) == 0xf9 && bytes.u8(at + 2) == 4 && (bytes.u8(at + 3) & 1) != 0) {
                    transparent = bytes.u8(at + 6);
                }
                at = subBlocks(at + 2);
            } else if (block == 0x2c) {
                picture(at, limits);
                return;
            } else if (block == 0x3b) {
                throw ImageRejectedException.truncated("GIF: it ends without a picture");
            } else {
                throw ImageRejectedException.corrupt(
                        String.format("GIF: expected a block at byte %d, found %02x", at, block));
            }
        }
    }

    private void picture(long at, ImageLimits limits) throws ImageRejectedException {
        frame = new Frame(bytes.u16(at + 1), bytes.u16(at + 3), bytes.u16(at + 5), bytes.u16(at + 7));
        limits.check("GIF frame", frame.width(), frame.height());
        // Viewers grow a screen that is too small for its frame; some writers leave the screen at 0x0.
        canvasWidth = Math.max(canvasWidth, frame.x() + frame.width());
        canvasHeight = Math.max(canvasHeight, frame.y() + frame.height());
        limits.check("GIF screen", canvasWidth, canvasHeight);
        int flags = bytes.u8(at + 9);
        interlaced = (flags & 0x40) != 0;
        long next = at + 10;
        if ((flags & 0x80) != 0) {
            next = readPalette(next, flags);
        }
        if (palette.length == 0) {
            throw ImageRejectedException.corrupt("GIF: neither the file nor its first frame has a palette");
        }
        if (bytes.u8(next) < 1 || bytes.u8(next) > 8) {
            throw ImageRejectedException.corrupt("GIF: codes start at 1 to 8 bits, found " + bytes.u8(next));
        }
        codesAt = next;
        codesEnd = subBlocks(next + 1);
    }

    private long readPalette(long at, int flags) throws ImageRejectedException {
        int length = 3 << ((flags & 7) + 1);
        ByteArrayOutputStream colours = new ByteArrayOutputStream(length);
        bytes.copy(colours, at, length);
        palette = colours.toByteArray();
        return at + length;
    }

    /** Walks length-prefixed blocks up to the empty one and returns what follows. */
    private long subBlocks(long from) throws ImageRejectedException {
        long at = from;
        int length = bytes.u8(at);
        while (length != 0) {
            bytes.need(at + 1, length, "a data block");
            at += 1L + length;
            length = bytes.u8(at);
        }
        return at + 1;
    }

    /** The first frame alone, filling its screen, for the codec. */
    private byte[] cleaned() throws ImageRejectedException {
        ByteArrayOutputStream clean = new ByteArrayOutputStream();
        clean.writeBytes(new byte[] {'G', 'I', 'F', '8', '9', 'a'});
        write(clean, frame.width(), frame.height());
        clean.writeBytes(new byte[3]);
        if (transparent >= 0) {
            clean.writeBytes(new byte[] {0x21, (byte) 0xf9, 4, 1, 0, 0, (byte) transparent, 0});
        }
        clean.write(0x2c);
        write(clean, 0, 0);
        write(clean, frame.width(), frame.height());
        int sizeCode = Integer.numberOfTrailingZeros(palette.length / 3) - 1;
        clean.write(0x80 | (interlaced ? 0x40 : 0) | sizeCode);
        clean.writeBytes(palette);
        bytes.copy(clean, codesAt, codesEnd - codesAt);
        clean.write(0x3b);
        return clean.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, int first, int second) {
        for (int value : new int[] {first, second}) {
            out.write(value);
            out.write(value >> 8);
        }
    }
}
