package dev.semantica.pages.drawing;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.function.Consumer;

/** Draws images: a pure function of design, variation and size. */
public final class Scene {

    /** Pictures are drawn so much larger, antialiased, and averaged down. */
    private static final int SUPERSAMPLING = 2;

    /** Half the height of a subject at scale 1 that stands alone, in halves of the picture. */
    private static final double REACH = 0.78;

    private static final double[][] ALONE = {{0, 0, 1, 0}};
    private static final double[][] TWO = {{-0.52, -0.10, 0.62, -5}, {0.52, 0.14, 0.62, 6}};
    private static final double[][] THREE = {{-0.56, 0.34, 0.54, -6}, {0.04, -0.46, 0.54, 4}, {0.58, 0.40, 0.54, 8}};

    private Scene() {}

    /** Draws an image of a page as {@code size} × {@code size} pixels, {@link BufferedImage#TYPE_INT_RGB}. */
    public static BufferedImage draw(Design design, Variation variation, int size) {
        return averaged(size, variation.brightness(), variation.warmth(), graphics -> {
            design.background().draw(graphics, design.ground(), variation.phase(), variation.turn());
            graphics.translate(2 * variation.x() - 1, 2 * variation.y() - 1);
            double reach = REACH * variation.scale();
            for (double[] place : places(variation.count())) {
                drawSubject(design, variation, graphics, reach, place);
            }
        });
    }

    /** The background of an image without its subject. */
    static BufferedImage drawBackground(Design design, Variation variation, int size) {
        return averaged(size, variation.brightness(), variation.warmth(), graphics -> design.background()
                .draw(graphics, design.ground(), variation.phase(), variation.turn()));
    }

    /** Draws a flat picture as advertisements and logos are, with the same size and type. */
    public static BufferedImage drawAdvert(Advert advert, int size) {
        return averaged(size, 1, 0, advert::draw);
    }

    private static void drawSubject(
            Design design, Variation variation, Graphics2D graphics, double reach, double[] place) {
        AffineTransform before = graphics.getTransform();
        graphics.translate(place[0] * reach, place[1] * reach);
        graphics.rotate(Math.toRadians(variation.tilt() + place[3]));
        graphics.shear(variation.lean(), 0);
        double half = reach * place[2];
        double widening = Math.sqrt(variation.stretch());
        graphics.scale((variation.mirror() ? -1 : 1) * half * widening, half / widening);
        // Small subjects have lines that are thin, but less so than they are small: the style must stay visible.
        double lineWidth = design.line().width() / Math.sqrt(variation.scale() * place[2]);
        design.kind().draw(new Sketch(graphics, design, variation, lineWidth));
        graphics.setTransform(before);
    }

    private static double[][] places(int count) {
        return count == 1 ? ALONE : count == 2 ? TWO : THREE;
    }

    private static BufferedImage averaged(int size, double brightness, double warmth, Consumer<Graphics2D> drawing) {
        int large = size * SUPERSAMPLING;
        BufferedImage canvas = new BufferedImage(large, large, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = canvas.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.scale(large / 2.0, large / 2.0);
        graphics.translate(1, 1);
        drawing.accept(graphics);
        graphics.dispose();
        double[] gains = {
            brightness * (1 + 0.06 * warmth), brightness * (1 + 0.01 * warmth), brightness * (1 - 0.06 * warmth)
        };
        return reduced(((DataBufferInt) canvas.getRaster().getDataBuffer()).getData(), size, gains);
    }

    private static BufferedImage reduced(int[] large, int size, double[] gains) {
        BufferedImage small = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        int[] pixels = ((DataBufferInt) small.getRaster().getDataBuffer()).getData();
        int stride = size * SUPERSAMPLING;
        double share = 1.0 / (SUPERSAMPLING * SUPERSAMPLING);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int red = 0;
                int green = 0;
                int blue = 0;
                for (int dy = 0; dy < SUPERSAMPLING; dy++) {
                    int row = (y * SUPERSAMPLING + dy) * stride + x * SUPERSAMPLING;
                    for (int dx = 0; dx < SUPERSAMPLING; dx++) {
                        int pixel = large[row + dx];
                        red += pixel >> 16 & 0xff;
                        green += pixel >> 8 & 0xff;
                        blue += pixel & 0xff;
                    }
                }
                pixels[y * size + x] = lit(red * share, gains[0]) << 16
                        | lit(green * share, gains[1]) << 8
                        | lit(blue * share, gains[2]);
            }
        }
        return small;
    }

    private static int lit(double channel, double gain) {
        return (int) Math.min(255, channel * gain + 0.5);
    }
}
