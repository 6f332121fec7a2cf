package dev.semantica.sampler.image;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Embedded ICC profiles (ICC.1:2022): taken from their containers within bounds, and applied towards sRGB by the JDK's
 * colour engine. A profile that is broken, too large or of another number of channels is left out: the picture is then
 * read as sRGB, as it would be without a profile.
 */
final class IccProfiles {

    /** Profiles of printers with large tables come near this; nothing honest is larger. */
    static final int MOST_BYTES = 4 << 20;

    private static final int HEADER = 128;
    private static final int COLOUR_SPACE_AT = 16;
    private static final int MAGIC_AT = 36;
    /** A profile that moves no probe by more than this is sRGB under another name. */
    private static final int SAME_COLOUR = 2;

    private IccProfiles() {}

    /** Rows of 8-bit device colours to rows of sRGB. */
    @FunctionalInterface
    interface ToSrgb {

        /** Converts {@code pixels} interleaved pixels of the profile's channels into interleaved RGB. */
        void convert(byte[] device, byte[] rgb, int pixels);
    }

    /** The conversion that a profile asks for; empty when it is unusable or is sRGB. */
    static Optional<ToSrgb> toSrgb(byte[] profile, int channels) {
        String space =
                switch (channels) {
                    case 1 -> "GRAY";
                    case 3 -> "RGB ";
                    default -> "CMYK";
                };
        if (profile.length < HEADER
                || profile.length > MOST_BYTES
                || !ascii(profile, COLOUR_SPACE_AT).equals(space)
                || !ascii(profile, MAGIC_AT).equals("acsp")) {
            return Optional.empty();
        }
        try {
            ICC_ColorSpace source = new ICC_ColorSpace(ICC_Profile.getInstance(profile));
            if (source.getNumComponents() != channels) {
                return Optional.empty();
            }
            ToSrgb conversion = conversion(source, channels);
            return changesNothing(conversion, channels) ? Optional.empty() : Optional.of(conversion);
        } catch (RuntimeException broken) {
            // The colour engine reports what it cannot use by several unchecked exceptions.
            return Optional.empty();
        }
    }

    private static ToSrgb conversion(ICC_ColorSpace source, int channels) {
        ColorConvertOp operation = new ColorConvertOp(source, ColorSpace.getInstance(ColorSpace.CS_sRGB), null);
        return (device, rgb, pixels) -> {
            operation.filter(raster(device, pixels, channels), raster(rgb, pixels, 3));
        };
    }

    private static WritableRaster raster(byte[] samples, int pixels, int channels) {
        int[] offsets = new int[channels];
        Arrays.setAll(offsets, i -> i);
        DataBufferByte buffer = new DataBufferByte(samples, pixels * channels);
        return Raster.createInterleavedRaster(buffer, pixels, 1, pixels * channels, channels, offsets, null);
    }

    /** Probes a profile of one or three channels on a grid; inks always change. */
    private static boolean changesNothing(ToSrgb conversion, int channels) {
        if (channels == 4) {
            // One conversion shows whether the colour engine can use the profile's tables.
            conversion.convert(new byte[channels], new byte[3], 1);
            return false;
        }
        int steps = 6;
        int pixels = channels == 1 ? steps : steps * steps * steps;
        byte[] device = new byte[pixels * channels];
        for (int i = 0; i < pixels; i++) {
            int rest = i;
            for (int c = 0; c < channels; c++) {
                device[i * channels + c] = (byte) (rest % steps * 51);
                rest /= steps;
            }
        }
        byte[] rgb = new byte[pixels * 3];
        conversion.convert(device, rgb, pixels);
        for (int i = 0; i < rgb.length; i++) {
            int from = channels == 1 ? device[i / 3] : device[i];
            if (Math.abs((from & 0xff) - (rgb[i] & 0xff)) > SAME_COLOUR) {
                return false;
            }
        }
        return true;
    }

    private static String ascii(byte[] bytes, int at) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
    }

    /** The profile of a PNG's iCCP chunk: a name, a zero, a method and a zlib stream; empty when it is broken. */
    static byte[] fromPngChunk(byte[] file, int from, int length) {
        int at = from;
        while (at < from + length && file[at] != 0) {
            at++;
        }
        int data = at + 2;
        if (data > from + length || file[at + 1] != 0) {
            return VettedImage.Colours.NO_PROFILE;
        }
        return Inflation.bounded(file, data, from + length - data, MOST_BYTES).orElse(VettedImage.Colours.NO_PROFILE);
    }

    /** Collects a profile from a JPEG's APP2 segments (ICC.1:2022, annex B.4). */
    static final class JpegParts {

        private static final String NAME = "ICC_PROFILE\0";

        private final Map<Integer, byte[]> parts = new TreeMap<>();
        private int total = -1;
        private boolean broken;

        /** Takes a segment's body; one that is no profile is passed over. */
        void add(byte[] file, int from, int length) {
            int header = NAME.length() + 2;
            if (length < header || !new String(file, from, NAME.length(), StandardCharsets.ISO_8859_1).equals(NAME)) {
                return;
            }
            int number = file[from + header - 2] & 0xff;
            int count = file[from + header - 1] & 0xff;
            broken |= number < 1 || number > count || (total >= 0 && total != count) || parts.containsKey(number);
            total = count;
            parts.put(number, Arrays.copyOfRange(file, from + header, from + length));
        }

        /** The whole profile; empty when a part is missing, doubled or too much. */
        byte[] joined() {
            long length = parts.values().stream().mapToLong(part -> part.length).sum();
            if (broken || parts.size() != total || length > MOST_BYTES) {
                return VettedImage.Colours.NO_PROFILE;
            }
            ByteArrayOutputStream profile = new ByteArrayOutputStream((int) length);
            parts.values().forEach(profile::writeBytes);
            return profile.toByteArray();
        }
    }
}
