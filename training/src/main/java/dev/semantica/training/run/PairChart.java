package dev.semantica.training.run;

import dev.semantica.evaluation.report.DrawnChart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the similarities of a report as densities, with the bounds. */
public final class PairChart {

    private static final int BINS = 60;
    private static final double FROM = -1;
    private static final double TO = 1;

    private PairChart() {}

    /** Writes a PNG. */
    public static void write(PairReport report, Path file) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(480)
                .title("similarity of two images")
                .xAxisTitle("cosine of their pooled vectors")
                .yAxisTitle("density")
                .build();
        double highest = 0;
        if (report.isAnnotated()) {
            highest = Math.max(
                    density(chart, "a foreign one", cosines(report, pair -> pair.has("foreign"))),
                    density(
                            chart,
                            "a near-duplicate",
                            cosines(report, pair -> pair.has("near-duplicate") && !pair.has("foreign"))));
            highest = Math.max(highest, density(chart, "both belong", cosines(report, PairReport.Pair::isGenuine)));
        } else {
            highest = density(chart, "of a page", cosines(report, pair -> true));
        }
        highest = Math.max(highest, density(chart, "of different pages", report.strangers()));
        highest = Math.max(highest, density(chart, "copies", report.copies()));
        bound(chart, "lower", report.lower().orElse(Double.NaN), highest);
        bound(chart, "upper", report.upper().orElse(Double.NaN), highest);
        Files.write(file, DrawnChart.png(chart));
    }

    private static double[] cosines(PairReport report, java.util.function.Predicate<PairReport.Pair> which) {
        return report.pairs().stream()
                .filter(which)
                .mapToDouble(PairReport.Pair::cosine)
                .toArray();
    }

    /** Adds a density; returns its height. */
    private static double density(XYChart chart, String name, double[] cosines) {
        if (cosines.length == 0) {
            return 0;
        }
        double width = (TO - FROM) / BINS;
        double[] x = new double[BINS];
        double[] y = new double[BINS];
        Arrays.setAll(x, bin -> FROM + (bin + 0.5) * width);
        for (double cosine : cosines) {
            int bin = (int) Math.max(0, Math.min(BINS - 1, (cosine - FROM) / width));
            y[bin] += 1 / (cosines.length * width);
        }
        chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
        return Arrays.stream(y).max().orElse(0);
    }

    private static void bound(XYChart chart, String name, double at, double height) {
        if (Double.isFinite(at)) {
            List<Double> x = new ArrayList<>(List.of(at, at));
            List<Double> y = new ArrayList<>(List.of(0.0, height));
            chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
        }
    }
}
