package dev.semantica.sampler.image;

import dev.semantica.sampler.image.VettedImage.Inks;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads decoded samples row by row as sRGB with alpha. It takes the samples themselves: Java's own conversion would read
 * grey as linear light and show it too bright.
 */
final class RowReader {

    private static final int OPAQUE = 255;

    private final Raster raster;
    private final IndexColorModel palette;
    private final boolean alpha;
    private final boolean premultiplied;
    private final int colours;
    private final int[] largest;
    private final Inks inks;
    private final int[] transparent;
    private final Optional<IccProfiles.ToSrgb> profile;
    private final int[] samples;
    private final byte[] device;
    private final byte[] rgb;
    private final byte[] opacity;

    RowReader(BufferedImage image, VettedImage.Colours colours) throws ImageRejectedException {
        this.raster = image.getRaster();
        ColorModel model = image.getColorModel();
        this.palette = model instanceof IndexColorModel indexed ? indexed : null;
        int bands = raster.getNumBands();
        boolean fourInks = colours.inks() != Inks.NONE && bands == 4;
        this.inks = fourInks ? colours.inks() : Inks.NONE;
        this.alpha = palette == null && !fourInks && model.hasAlpha();
        this.premultiplied = alpha && model.isAlphaPremultiplied();
        this.colours = palette != null ? 3 : fourInks ? 4 : model.getNumColorComponents();
        int type = raster.getTransferType();
        boolean whole = type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT || type == DataBuffer.TYPE_INT;
        if (!whole
                || (this.colours != 1 && this.colours != 3 && this.colours != 4)
                || (palette != null && bands != 1)) {
            throw ImageRejectedException.unsupported("1, 3 or 4 colours of unsigned whole samples are read, found "
                    + this.colours + " in " + bands + " bands of type " + type);
        }
        this.largest = new int[bands];
        Arrays.setAll(
                largest, band -> (1 << Math.min(16, raster.getSampleModel().getSampleSize(band))) - 1);
        this.transparent = colours.transparent().length <= bands ? colours.transparent() : VettedImage.Colours.NO_KEY;
        this.profile = IccProfiles.toSrgb(colours.profile(), this.colours);
        int width = raster.getWidth();
        this.samples = new int[width * bands];
        this.device = new byte[width * this.colours];
        this.rgb = new byte[width * 3];
        this.opacity = new byte[width];
    }

    /** Bands without a colour model of their own, as a picture: three or four of them. */
    static BufferedImage asImage(Raster bands) {
        int count = bands.getNumBands();
        ColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB),
                count == 4,
                false,
                count == 4 ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
                DataBuffer.TYPE_BYTE);
        int[] offsets = new int[count];
        Arrays.setAll(offsets, i -> i);
        WritableRaster raster = Raster.createWritableRaster(
                new PixelInterleavedSampleModel(
                        DataBuffer.TYPE_BYTE,
                        bands.getWidth(),
                        bands.getHeight(),
                        count,
                        count * bands.getWidth(),
                        offsets),
                bands.getDataBuffer(),
                null);
        return new BufferedImage(model, raster, false, null);
    }

    int width() {
        return raster.getWidth();
    }

    int height() {
        return raster.getHeight();
    }

    /** Reads row y; {@link #rgb} and {@link #opacity} then hold it. */
    void read(int y) {
        raster.getPixels(raster.getMinX(), raster.getMinY() + y, width(), 1, samples);
        Arrays.fill(opacity, (byte) OPAQUE);
        if (palette != null) {
            lookUp();
        } else {
            scale();
        }
        applyKey();
        if (inks == Inks.YCCK || inks == Inks.INVERTED_YCCK) {
            yccToCmy();
        }
        if (inks == Inks.INVERTED_CMYK || inks == Inks.INVERTED_YCCK) {
            for (int i = 0; i < device.length; i++) {
                device[i] = (byte) (OPAQUE - (device[i] & 0xff));
            }
        }
        if (profile.isPresent()) {
            profile.get().convert(device, rgb, width());
        } else {
            deviceToRgb();
        }
    }

    /** Interleaved sRGB of the row that was read, not multiplied by its opacity. */
    byte[] rgb() {
        return rgb;
    }

    /** Opacity of the row that was read, 255 for opaque. */
    byte[] opacity() {
        return opacity;
    }

    private void lookUp() {
        int size = palette.getMapSize();
        for (int x = 0; x < opacity.length; x++) {
            int colour = samples[x] < size ? palette.getRGB(samples[x]) : 0xff000000;
            device[3 * x] = (byte) (colour >> 16);
            device[3 * x + 1] = (byte) (colour >> 8);
            device[3 * x + 2] = (byte) colour;
            opacity[x] = (byte) (colour >>> 24);
        }
    }

    private void scale() {
        int bands = largest.length;
        for (int x = 0; x < opacity.length; x++) {
            int opaque = OPAQUE;
            if (alpha) {
                opaque = to8Bits(samples[x * bands + colours], largest[colours]);
                opacity[x] = (byte) opaque;
            }
            for (int c = 0; c < colours; c++) {
                int value = to8Bits(samples[x * bands + c], largest[c]);
                if (premultiplied && opaque > 0) {
                    value = Math.min(OPAQUE, (value * OPAQUE + opaque / 2) / opaque);
                }
                device[x * colours + c] = (byte) value;
            }
        }
    }

    /** The nearest of 256 levels: a 16-bit v becomes round(v / 257). */
    private static int to8Bits(int value, int largest) {
        return largest == OPAQUE ? value : (int) ((2L * OPAQUE * value + largest) / (2L * largest));
    }

    private void applyKey() {
        int bands = largest.length;
        for (int x = 0; x < opacity.length && transparent.length > 0; x++) {
            boolean same = true;
            for (int c = 0; c < transparent.length; c++) {
                same &= samples[x * bands + c] == transparent[c];
            }
            if (same) {
                opacity[x] = 0;
            }
        }
    }

    /** JFIF's YCbCr to RGB, taken as the complement of CMY (Adobe technical note 5116); K passes. */
    private void yccToCmy() {
        for (int i = 0; i < device.length; i += 4) {
            double luma = device[i] & 0xff;
            double blue = (device[i + 1] & 0xff) - 128;
            double red = (device[i + 2] & 0xff) - 128;
            device[i] = complement(luma + 1.402 * red);
            device[i + 1] = complement(luma - 0.344136 * blue - 0.714136 * red);
            device[i + 2] = complement(luma + 1.772 * blue);
        }
    }

    private static byte complement(double value) {
        return (byte) (OPAQUE - Math.max(0, Math.min(OPAQUE, Math.round(value))));
    }

    private void deviceToRgb() {
        for (int x = 0; x < opacity.length; x++) {
            for (int c = 0; c < 3; c++) {
                int value =
                        switch (colours) {
                            case 1 -> device[x];
                            case 3 -> device[3 * x + c];
                            default -> {
                                int paper = OPAQUE - (device[4 * x + c] & 0xff);
                                int light = OPAQUE - (device[4 * x + 3] & 0xff);
                                yield (paper * light + OPAQUE / 2) / OPAQUE;
                            }
                        };
                rgb[3 * x + c] = (byte) value;
            }
        }
    }
}
