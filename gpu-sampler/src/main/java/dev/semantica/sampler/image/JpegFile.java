package dev.semantica.sampler.image;

import dev.semantica.sampler.image.VettedImage.Colours;
import dev.semantica.sampler.image.VettedImage.Frame;
import dev.semantica.sampler.image.VettedImage.Inks;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks a JPEG (ITU-T T.81). The codec gets a copy without application segments or comments, with one Adobe segment that
 * states the colour encoding, so that no EXIF, ICC or thumbnail reaches it and it has no colours to guess.
 */
final class JpegFile {

    /** A picture with more scans than this is made to burn time; ten is usual. */
    private static final int MOST_SCANS = 100;

    private static final String EXIF = "Exif\0\0";
    private static final String ADOBE = "Adobe";
    private static final String JFIF = "JFIF\0";

    private final Bytes bytes;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final IccProfiles.JpegParts profile = new IccProfiles.JpegParts();
    private int width;
    private int height;
    private int components;
    private String componentIds = "";
    private boolean jfif;
    private int adobeTransform = -1;
    private int orientation = Exif.UPRIGHT;
    private int scans;

    private JpegFile(byte[] file) {
        this.bytes = new Bytes(file, "JPEG", false);
    }

    static VettedImage vet(byte[] file, ImageLimits limits) throws ImageRejectedException {
        JpegFile jpeg = new JpegFile(file);
        jpeg.walk(limits);
        boolean luma = jpeg.storesLuma();
        byte[] clean = jpeg.cleaned(luma);
        VettedImage.Codec codec = jpeg.components == 4
                ? deadline -> RowReader.asImage(Codecs.readJpegBands(clean, deadline))
                : deadline -> Codecs.read(ImageFormat.JPEG, clean, deadline);
        boolean inverted = jpeg.adobeTransform >= 0;
        Inks inks = luma ? (inverted ? Inks.INVERTED_YCCK : Inks.YCCK) : inverted ? Inks.INVERTED_CMYK : Inks.CMYK;
        return new VettedImage(
                ImageFormat.JPEG,
                jpeg.width,
                jpeg.height,
                Frame.whole(jpeg.width, jpeg.height),
                codec,
                new Colours(jpeg.profile.joined(), Colours.NO_KEY, inks),
                jpeg.orientation);
    }

    /** The largest frame that a JPEG inside another file claims, as {width, height}; zeros when it has none. */
    static int[] frameSize(byte[] file, long from, long length) throws ImageRejectedException {
        Bytes bytes = new Bytes(file, "JPEG", false);
        long end = Math.min(from + length, bytes.length());
        for (long at = from + 2; at + 9 <= end; ) {
            int marker = bytes.u8(at + 1);
            if (bytes.u8(at) != 0xff || marker == 0xda) {
                break;
            }
            if (isFrame(marker)) {
                return new int[] {bytes.u16(at + 7), bytes.u16(at + 5)};
            }
            at += 2 + Math.max(2, bytes.u16(at + 2));
        }
        return new int[2];
    }

    private void walk(ImageLimits limits) throws ImageRejectedException {
        long at = 2;
        while (true) {
            if (bytes.u8(at) != 0xff) {
                throw ImageRejectedException.corrupt(
                        String.format("JPEG: expected a marker at byte %d, found %02x", at, bytes.u8(at)));
            }
            int marker = bytes.u8(at + 1);
            if (marker == 0xff) {
                at++;
            } else if (marker == 0xd9) {
                break;
            } else if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
                at += 2;
            } else {
                int length = bytes.u16(at + 2);
                bytes.need(at + 2, length, String.format("segment %02x", marker));
                if (length < 2 || marker == 0 || marker == 0xd8) {
                    throw ImageRejectedException.corrupt(
                            String.format("JPEG: broken segment %02x of length %d at byte %d", marker, length, at));
                }
                segment(marker, at, length, limits);
                at += 2 + length;
                if (marker == 0xda) {
                    long end = endOfScan(at);
                    bytes.copy(kept, at, end - at);
                    at = end;
                }
            }
        }
        if (scans == 0) {
            throw ImageRejectedException.truncated("JPEG: it ends before its first scan");
        }
    }

    private void segment(int marker, long at, int length, ImageLimits limits) throws ImageRejectedException {
        long body = at + 4;
        int bodyLength = length - 2;
        if (isFrame(marker)) {
            frame(marker, body, bodyLength, limits);
        } else if (marker == 0xda) {
            scans++;
            if (components == 0) {
                throw ImageRejectedException.corrupt("JPEG: a scan before the frame header");
            }
            if (scans > MOST_SCANS) {
                throw ImageRejectedException.unsupported(
                        "JPEG: more than " + MOST_SCANS + " scans; save it with fewer or as baseline");
            }
        } else if (marker == 0xe0) {
            jfif |= bytes.has(body, JFIF);
            return;
        } else if (marker == 0xe1) {
            if (bytes.has(body, EXIF)) {
                int from = (int) body + EXIF.length();
                orientation = Exif.orientation(
                        Arrays.copyOfRange(bytes.array(), from, Math.max(from, (int) body + bodyLength)));
            }
            return;
        } else if (marker == 0xe2) {
            profile.add(bytes.array(), (int) body, bodyLength);
            return;
        } else if (marker == 0xee) {
            if (bytes.has(body, ADOBE) && bodyLength >= 12) {
                adobeTransform = bytes.u8(body + 11);
            }
            return;
        } else if ((marker >= 0xe0 && marker <= 0xef) || marker == 0xfe) {
            return;
        } else if (marker != 0xdb && marker != 0xc4 && marker != 0xdd) {
            throw ImageRejectedException.unsupported(String.format(
                    "JPEG: segment %02x at byte %d is not read; save it as baseline or progressive JPEG", marker, at));
        }
        bytes.copy(kept, at, 2L + length);
    }

    private void frame(int marker, long body, int length, ImageLimits limits) throws ImageRejectedException {
        if (components != 0) {
            throw ImageRejectedException.corrupt("JPEG: a second frame header");
        }
        if (marker > 0xc2) {
            throw ImageRejectedException.unsupported(String.format(
                    "JPEG: coding process %02x is not read; save it as baseline or progressive JPEG", marker));
        }
        int precision = bytes.u8(body);
        height = bytes.u16(body + 1);
        width = bytes.u16(body + 3);
        int count = bytes.u8(body + 5);
        if (precision != 8) {
            throw ImageRejectedException.unsupported("JPEG: 8 bits a sample are read, found " + precision);
        }
        if (count != 1 && count != 3 && count != 4) {
            throw ImageRejectedException.unsupported("JPEG: 1, 3 or 4 components are read, found " + count);
        }
        if (length != 6 + 3 * count) {
            throw ImageRejectedException.corrupt(
                    "JPEG: a frame header of " + length + " bytes for " + count + " components");
        }
        limits.check("JPEG header", width, height);
        components = count;
        StringBuilder ids = new StringBuilder();
        for (int i = 0; i < count; i++) {
            ids.append((char) bytes.u8(body + 6 + 3L * i));
        }
        componentIds = ids.toString();
    }

    /** The position of the next marker that ends entropy-coded data. */
    private long endOfScan(long from) throws ImageRejectedException {
        byte[] file = bytes.array();
        for (int at = (int) from; at + 1 < file.length; at++) {
            if (file[at] == (byte) 0xff) {
                int next = file[at + 1] & 0xff;
                if (next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) {
                    return at;
                }
            }
        }
        throw ImageRejectedException.truncated(
                "JPEG: the file of " + file.length + " bytes ends inside a scan, before its end marker");
    }

    /** Whether colours are stored as luma and chroma, as the JFIF and Adobe markers say; without either, components named RGB are RGB. */
    private boolean storesLuma() {
        if (components == 4) {
            return adobeTransform == 2;
        }
        if (jfif || components == 1) {
            return true;
        }
        return adobeTransform >= 0 ? adobeTransform != 0 : !"RGB".equals(componentIds);
    }

    private byte[] cleaned(boolean luma) throws ImageRejectedException {
        ByteArrayOutputStream clean = new ByteArrayOutputStream(kept.size() + 20);
        clean.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd8});
        if (components > 1) {
            clean.writeBytes(new byte[] {(byte) 0xff, (byte) 0xee, 0, 14});
            clean.writeBytes(ADOBE.getBytes(StandardCharsets.ISO_8859_1));
            // Bands of four are wanted as they are stored: said to be CMYK, the codec leaves them alone.
            clean.writeBytes(new byte[] {0, 100, 0, 0, 0, 0, (byte) (components == 3 && luma ? 1 : 0)});
        }
        clean.writeBytes(kept.toByteArray());
        clean.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd9});
        return clean.toByteArray();
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }
}
