package dev.semantica.sampler.image;

import dev.semantica.sampler.image.VettedImage.Colours;
import dev.semantica.sampler.image.VettedImage.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Walks a WebP (RFC 9649) to its first picture. The codec gets a file of that picture alone, lossy (VP8, with or without
 * ALPH) or lossless (VP8L).
 */
final class WebpFile {

    private static final int MOST_CHUNKS = 10_000;
    /** The flag of VP8X that says that there is an ALPH chunk. */
    private static final byte ALPHA = 0x10;

    private final Bytes bytes;
    private int canvasWidth;
    private int canvasHeight;
    private Frame frame;
    private long alphaAt = -1;
    private long pictureAt = -1;
    private boolean lossy;
    private int pictureWidth;
    private int pictureHeight;
    private byte[] profile = Colours.NO_PROFILE;
    private int orientation = Exif.UPRIGHT;

    private WebpFile(byte[] file) {
        this.bytes = new Bytes(file, "WebP", true);
    }

    static VettedImage vet(byte[] file, ImageLimits limits) throws ImageRejectedException {
        WebpFile webp = new WebpFile(file);
        webp.walk(limits);
        byte[] clean = webp.cleaned();
        return new VettedImage(
                ImageFormat.WEBP,
                webp.canvasWidth,
                webp.canvasHeight,
                webp.frame,
                deadline -> Codecs.read(ImageFormat.WEBP, clean, deadline),
                Colours.plain(webp.profile),
                webp.orientation);
    }

    private void walk(ImageLimits limits) throws ImageRejectedException {
        long end = 8 + bytes.u32(4);
        bytes.need(0, end, "the RIFF container");
        chunks(12, end, limits, 0);
        if (pictureAt < 0) {
            throw ImageRejectedException.truncated("WebP: no VP8 or VP8L picture within its " + end + " bytes");
        }
        if (canvasWidth == 0) {
            canvasWidth = pictureWidth;
            canvasHeight = pictureHeight;
        }
        if (frame == null) {
            frame = Frame.whole(canvasWidth, canvasHeight);
        }
        if (frame.width() != pictureWidth || frame.height() != pictureHeight) {
            throw ImageRejectedException.corrupt("WebP: the container claims " + frame.width() + "x" + frame.height()
                    + " pixels and its picture " + pictureWidth + "x" + pictureHeight);
        }
    }

    private void chunks(long from, long end, ImageLimits limits, int depth) throws ImageRejectedException {
        int count = 0;
        for (long at = from; at + 8 <= end; ) {
            if (++count > MOST_CHUNKS) {
                throw ImageRejectedException.corrupt("WebP: more than " + MOST_CHUNKS + " chunks");
            }
            String type = bytes.text(at, 4);
            long length = bytes.u32(at + 4);
            if (at + 8 + length > end) {
                throw ImageRejectedException.truncated("WebP: chunk " + type + " of " + length + " bytes at " + at
                        + " goes past the end of what holds it at " + end);
            }
            chunk(type, at, length, limits, depth);
            at += 8 + length + (length & 1);
        }
    }

    private void chunk(String type, long at, long length, ImageLimits limits, int depth) throws ImageRejectedException {
        long body = at + 8;
        switch (type) {
            case "VP8X" -> {
                canvasWidth = bytes.u24(body + 4) + 1;
                canvasHeight = bytes.u24(body + 7) + 1;
                limits.check("WebP header", canvasWidth, canvasHeight);
            }
            case "ANMF" -> {
                if (pictureAt < 0 && depth == 0) {
                    frame = new Frame(
                            2 * bytes.u24(body),
                            2 * bytes.u24(body + 3),
                            bytes.u24(body + 6) + 1,
                            bytes.u24(body + 9) + 1);
                    if (frame.x() + frame.width() > canvasWidth || frame.y() + frame.height() > canvasHeight) {
                        throw ImageRejectedException.corrupt("WebP: the first frame " + frame + " leaves its canvas of "
                                + canvasWidth + "x" + canvasHeight);
                    }
                    chunks(body + 16, body + length, limits, 1);
                }
            }
            case "ALPH" -> {
                if (pictureAt < 0) {
                    alphaAt = at;
                }
            }
            case "VP8 ", "VP8L" -> {
                if (pictureAt < 0) {
                    lossy = "VP8 ".equals(type);
                    picture(body, limits);
                    pictureAt = at;
                }
            }
            case "ICCP" -> {
                if (length <= IccProfiles.MOST_BYTES) {
                    profile = Arrays.copyOfRange(bytes.array(), (int) body, (int) (body + length));
                }
            }
            case "EXIF" ->
                orientation = Exif.orientation(Arrays.copyOfRange(bytes.array(), (int) body, (int) (body + length)));
            default -> {
                // Animation control, XMP and chunks yet to be invented do not change the first picture.
            }
        }
    }

    private void picture(long body, ImageLimits limits) throws ImageRejectedException {
        if (lossy) {
            if ((bytes.u8(body) & 1) != 0 || !bytes.has(body + 3, "\u009d\u0001*")) {
                throw ImageRejectedException.corrupt("WebP: the VP8 picture does not start with a key frame");
            }
            pictureWidth = bytes.u16(body + 6) & 0x3fff;
            pictureHeight = bytes.u16(body + 8) & 0x3fff;
        } else {
            if (bytes.u8(body) != 0x2f) {
                throw ImageRejectedException.corrupt("WebP: the VP8L picture lacks its signature 2f");
            }
            int packed = bytes.s32(body + 1);
            pictureWidth = (packed & 0x3fff) + 1;
            pictureHeight = ((packed >>> 14) & 0x3fff) + 1;
        }
        limits.check("WebP picture", pictureWidth, pictureHeight);
    }

    /** The first picture alone, as a file of its own, for the codec. */
    private byte[] cleaned() throws ImageRejectedException {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        if (lossy && alphaAt >= 0) {
            chunks.writeBytes(new byte[] {'V', 'P', '8', 'X', 10, 0, 0, 0, ALPHA, 0, 0, 0});
            write(chunks, pictureWidth - 1L, 3);
            write(chunks, pictureHeight - 1L, 3);
            copyChunk(chunks, alphaAt);
        }
        copyChunk(chunks, pictureAt);
        ByteArrayOutputStream clean = new ByteArrayOutputStream(chunks.size() + 12);
        clean.writeBytes(new byte[] {'R', 'I', 'F', 'F'});
        write(clean, 4L + chunks.size(), 4);
        clean.writeBytes(new byte[] {'W', 'E', 'B', 'P'});
        clean.writeBytes(chunks.toByteArray());
        return clean.toByteArray();
    }

    private void copyChunk(ByteArrayOutputStream out, long at) throws ImageRejectedException {
        long size = 8 + bytes.u32(at + 4);
        bytes.copy(out, at, size);
        out.writeBytes(new byte[(int) (size & 1)]);
    }

    private static void write(ByteArrayOutputStream out, long value, int count) {
        for (int i = 0; i < count; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }
}
