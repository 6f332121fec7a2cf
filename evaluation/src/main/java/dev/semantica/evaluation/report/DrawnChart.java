package dev.semantica.evaluation.report;

import dev.semantica.pages.store.Png;
import java.io.IOException;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * A chart as a picture. Java reports a machine without fonts as an error, which would end hours of work that have only
 * their chart to lose.
 */
public final class DrawnChart {

    private DrawnChart() {}

    /**
     * Draws it as a PNG.
     *
     * @throws IOException if it cannot be drawn, with the cure
     */
    public static byte[] png(Chart<?, ?> chart) throws IOException {
        try {
            return Png.of(BitmapEncoder.getBufferedImage(chart));
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Error e) {
            throw new IOException(
                    "a chart could not be drawn: " + e.getMessage()
                            + " A chart needs a font; install one, for example: apt-get install fontconfig fonts-dejavu-core",
                    e);
        }
    }
}
