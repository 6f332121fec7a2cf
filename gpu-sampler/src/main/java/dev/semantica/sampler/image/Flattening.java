package dev.semantica.sampler.image;

import java.awt.AlphaComposite;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Turns whatever a reader returns into opaque sRGB. */
final class Flattening {

    /** Rows converted at a time: bounds the memory beside source and result. */
    private static final int STRIP = 64;

    private Flattening() {}

    static RgbImage toRgb(BufferedImage image) {
        ColorModel model = image.getColorModel();
        boolean gray = model.getColorSpace().getType() == ColorSpace.TYPE_GRAY && !(model instanceof IndexColorModel);
        return gray ? fromGray(image) : fromColor(image);
    }

    /** Java takes gray rasters for linear light and would brighten them; the files mean sRGB. */
    private static RgbImage fromGray(BufferedImage image) {
        Raster raster = image.getRaster();
        int width = image.getWidth();
        boolean alpha = image.getColorModel().hasAlpha() && raster.getNumBands() > 1;
        int top = (1 << image.getColorModel().getComponentSize(0)) - 1;
        int alphaTop = alpha ? (1 << image.getColorModel().getComponentSize(1)) - 1 : 1;
        byte[] rgb = new byte[3 * width * image.getHeight()];
        int[] values = new int[width];
        int[] alphas = new int[width];
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, values);
            if (alpha) {
                raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 1, alphas);
            }
            for (int x = 0; x < width; x++) {
                double value = 255.0 * values[x] / top;
                if (alpha) {
                    double opacity = (double) alphas[x] / alphaTop;
                    value = value * opacity + 255 * (1 - opacity);
                }
                byte rounded = (byte) Math.round(value);
                int at = 3 * (y * width + x);
                rgb[at] = rounded;
                rgb[at + 1] = rounded;
                rgb[at + 2] = rounded;
            }
        }
        return new RgbImage(width, image.getHeight(), rgb);
    }

    private static RgbImage fromColor(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[3 * width * height];
        BufferedImage strip = new BufferedImage(width, Math.min(STRIP, height), BufferedImage.TYPE_INT_RGB);
        int[] pixels = new int[width * strip.getHeight()];
        int at = 0;
        for (int top = 0; top < height; top += STRIP) {
            int rows = Math.min(STRIP, height - top);
            Graphics2D graphics = strip.createGraphics();
            try {
                graphics.setComposite(AlphaComposite.SrcOver);
                graphics.setColor(Color.WHITE);
                graphics.fillRect(0, 0, width, rows);
                graphics.drawImage(image, 0, -top, null);
            } finally {
                graphics.dispose();
            }
            strip.getRaster().getDataElements(0, 0, width, rows, pixels);
            for (int i = 0; i < width * rows; i++) {
                int pixel = pixels[i];
                rgb[at++] = (byte) (pixel >> 16);
                rgb[at++] = (byte) (pixel >> 8);
                rgb[at++] = (byte) pixel;
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
