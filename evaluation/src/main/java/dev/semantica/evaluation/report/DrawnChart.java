package dev.semantica.evaluation.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * A chart as a picture. Java reports a machine without fonts as an error, which would end hours of work that have only
 * their chart to lose.
 */
public final class DrawnChart {

    private DrawnChart() {}

    /**
     * Draws it.
     *
     * @throws IOException if it cannot be drawn, with the cure
     */
    public static BufferedImage of(Chart<?, ?> chart) throws IOException {
        try {
            return BitmapEncoder.getBufferedImage(chart);
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Error e) {
            throw new IOException(
                    "a chart could not be drawn: " + e.getMessage()
                            + " A chart needs a font; install one, for example: apt-get install fontconfig fonts-dejavu-core",
                    e);
        }
    }

    /**
     * Draws it as a PNG.
     *
     * @throws IOException if it cannot be drawn, with the cure
     */
    public static byte[] png(Chart<?, ?> chart) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(of(chart), "png", out);
        return out.toByteArray();
    }
}
