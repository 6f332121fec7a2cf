package dev.semantica.evaluation.report;

import dev.semantica.evaluation.factor.AnnotatedShots;
import dev.semantica.evaluation.factor.FactorScores;
import dev.semantica.evaluation.metric.Consistency;
import dev.semantica.evaluation.metric.Interval;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The report's plots, as PNG. A candidate has the same colour in all of them. */
final class Charts {

    private static final int HEIGHT = 340;
    private static final Color PAPER = Color.WHITE;
    private static final Color LINES = new Color(0xE3E6EA);
    private static final Color TEXT = new Color(0x2B2F36);
    private static final Color OTHER = new Color(0xB9A3C9);
    /** Names begin so; the floor and mates are both what a perfect model would reach. */
    private static final Map<String, Color> COLOURS = Map.of(
            "real", new Color(0x8A94A0),
            "variations", new Color(0x2A6FBB),
            "copies", new Color(0xD98C21),
            "classical", new Color(0x4A9D5B),
            "autoencoder", new Color(0x8E6BB0));

    private Charts() {}

    /** Metrics beside each other, a bar a candidate, with the standard error over the repeats. */
    static byte[] bars(EvaluationReport report, String title, Map<String, String> metrics, int width)
            throws IOException {
        Map<String, List<double[]>> bars = new LinkedHashMap<>();
        report.candidates().forEach((name, candidate) -> {
            List<double[]> own = new ArrayList<>();
            for (String metric : metrics.keySet()) {
                EvaluationReport.Figure figure = candidate.scores().get(metric);
                own.add(
                        figure == null
                                ? new double[] {0, 0}
                                : new double[] {
                                    figure.mean(), figure.standardError() == null ? 0 : figure.standardError()
                                });
            }
            bars.put(name, own);
        });
        return bars(title, List.copyOf(metrics.values()), bars, width);
    }

    /** Factors beside each other, a bar a candidate, with the half of the interval of 95 %. */
    static byte[] factors(
            FactorScores scores, String title, Function<FactorScores.Candidate, Map<String, Interval>> values)
            throws IOException {
        List<String> factors = List.copyOf(
                values.apply(scores.candidates().get(AnnotatedShots.MATES)).keySet());
        Map<String, List<double[]>> bars = new LinkedHashMap<>();
        scores.candidates().forEach((name, candidate) -> {
            List<double[]> own = new ArrayList<>();
            for (String factor : factors) {
                Interval interval = values.apply(candidate).get(factor);
                own.add(
                        interval == null
                                ? new double[] {0, 0}
                                : new double[] {interval.mean(), (interval.high() - interval.low()) / 2});
            }
            bars.put(name, own);
        });
        return bars(title, factors, bars, 980);
    }

    /** How similar variations are to their source: shares of all cosines of the first repeat. */
    static byte[] similarities(EvaluationReport report) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(480)
                .height(HEIGHT)
                .title("Similarity to the source")
                .xAxisTitle("cosine")
                .yAxisTitle("share")
                .build();
        style(chart);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Step);
        report.candidates().forEach((name, candidate) -> {
            if (candidate.consistency() != null && !name.startsWith("copies")) {
                List<Integer> counts = candidate.consistency().similarityCounts();
                double all = counts.stream().mapToInt(Integer::intValue).sum();
                List<Double> cosines = new ArrayList<>();
                List<Double> shares = new ArrayList<>();
                int first = 0;
                while (counts.get(first) == 0) {
                    first++;
                }
                for (int bin = Math.max(0, first - 1); bin < counts.size(); bin++) {
                    cosines.add(-1 + bin * Consistency.BIN);
                    shares.add(counts.get(bin) / all);
                }
                XYSeries series = chart.addSeries(name, cosines, shares);
                series.setMarker(SeriesMarkers.NONE).setLineColor(colour(name)).setLineStyle(new BasicStroke(2.2f));
            }
        });
        return DrawnChart.png(chart);
    }

    /** Recall against precision, a point a repeat. */
    static byte[] recallAgainstPrecision(EvaluationReport report, int k) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(480)
                .height(HEIGHT)
                .title("Recall against precision, k = " + k)
                .xAxisTitle("precision")
                .yAxisTitle("recall")
                .build();
        style(chart);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.05).setYAxisMin(0.0).setYAxisMax(1.05);
        chart.getStyler().setMarkerSize(11);
        for (String name : report.candidates().keySet()) {
            List<Double> precision = new ArrayList<>();
            List<Double> recall = new ArrayList<>();
            report.repeats().forEach(repeat -> {
                Map<String, Double> scores = repeat.scores().get(name);
                if (scores.containsKey("precision_" + k)) {
                    precision.add(scores.get("precision_" + k));
                    recall.add(scores.get("recall_" + k));
                }
            });
            if (!precision.isEmpty()) {
                chart.addSeries(name, precision, recall)
                        .setMarker(SeriesMarkers.CIRCLE)
                        .setMarkerColor(colour(name));
            }
        }
        return DrawnChart.png(chart);
    }

    private static byte[] bars(String title, List<String> groups, Map<String, List<double[]>> bars, int width)
            throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(width)
                .height(HEIGHT)
                .title(title)
                .build();
        style(chart);
        chart.getStyler().setAvailableSpaceFill(0.8);
        chart.getStyler().setYAxisMin(0.0);
        boolean below = bars.values().stream().flatMap(List::stream).anyMatch(bar -> bar[0] < 0);
        if (below) {
            chart.getStyler().setYAxisMin(null);
        }
        bars.forEach((name, own) -> {
            CategorySeries series = chart.addSeries(
                    name,
                    groups,
                    own.stream().map(bar -> bar[0]).toList(),
                    own.stream().map(bar -> bar[1]).toList());
            series.setFillColor(colour(name));
        });
        return DrawnChart.png(chart);
    }

    private static void style(Chart<? extends AxesChartStyler, ?> chart) {
        AxesChartStyler styler = chart.getStyler();
        styler.setChartBackgroundColor(PAPER);
        styler.setChartTitleBoxVisible(false);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        styler.setChartFontColor(TEXT);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(LINES);
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setLegendBorderColor(PAPER);
        styler.setLegendPosition(Styler.LegendPosition.OutsideS);
        styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    }

    private static Color colour(String candidate) {
        return COLOURS.getOrDefault(candidate.replaceFirst(" .*", ""), OTHER);
    }
}
