package dev.semantica.evaluation.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.semantica.evaluation.factor.FactorTable;
import dev.semantica.evaluation.metric.Consistency;
import dev.semantica.evaluation.metric.Interval;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/** Writes {@code report.json} and the page {@code report.html}, which needs no other file. */
public final class ReportFiles {

    private static final Map<String, String> TITLES = Map.of(
            "frechet_distance", "Fréchet distance (lower is better)",
            "kernel_distance", "Kernel distance (lower is better)",
            "precision_3", "Precision, k = 3",
            "recall_3", "Recall, k = 3",
            "density_3", "Density, k = 3",
            "coverage_3", "Coverage, k = 3",
            "precision_5", "Precision, k = 5",
            "recall_5", "Recall, k = 5",
            "density_5", "Density, k = 5",
            "coverage_5", "Coverage, k = 5");

    private ReportFiles() {}

    /**
     * Writes both files.
     *
     * @param sheet a contact sheet as PNG
     */
    public static void write(EvaluationReport report, byte[] sheet, Path directory) throws IOException {
        Files.createDirectories(directory);
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.writeString(directory.resolve("report.json"), mapper.writeValueAsString(report) + "\n");
        Files.writeString(directory.resolve("report.html"), page(report, sheet));
    }

    private static String page(EvaluationReport report, byte[] sheet) throws IOException {
        StringBuilder html = new StringBuilder();
        html.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Semantica: evaluation</title>")
                .append("<style>body{font:16px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}")
                .append("table{border-collapse:collapse}td,th{padding:.3em .8em;border-bottom:1px solid #ccc;")
                .append("text-align:right}td:first-child,th:first-child{text-align:left}img{max-width:100%}")
                .append("</style><h1>How good the variations are</h1>");
        html.append("<p>")
                .append(escape(
                        "%s: %d images of %d classes. %d shots a class, %d variations of each, %d repeats, seed %d."
                                .formatted(
                                        report.dataset().place(),
                                        report.dataset().images(),
                                        report.dataset().classes(),
                                        report.plan().shots(),
                                        report.plan().variations(),
                                        report.plan().repeats(),
                                        report.plan().seed())))
                .append("<br>")
                .append(escape("Features: %d of encoder %s (sha256 %s)."
                        .formatted(
                                report.encoder().features(),
                                report.encoder().name(),
                                report.encoder().sha256())))
                .append("<br>Made by <code>")
                .append(escape(report.command()))
                .append("</code><br>\n")
                .append(escape(report.date()))
                .append("\n</p><h2>Against the rest of the dataset</h2>");
        List<String> metrics = List.copyOf(new TreeSet<>(
                report.candidates().values().iterator().next().scores().keySet()));
        scoreTable(html, report, metrics);
        html.append(RepeatTables.html(report.repeats()));
        for (String metric : metrics) {
            html.append("<img alt=\"\" src=\"data:image/png;base64,")
                    .append(Base64.getEncoder().encodeToString(chart(report, metric)))
                    .append("\">");
        }
        html.append("<h2>Against their own source</h2>");
        consistencyTable(html, report);
        if (!report.probe().isEmpty()) {
            html.append("<h2>Do they help a classifier?</h2><table><tr><th>trained on</th><th>accuracy</th></tr>");
            report.probe().forEach((trained, accuracy) -> html.append("<tr><td>")
                    .append(escape(trained))
                    .append("</td><td>")
                    .append(text(accuracy))
                    .append("</td></tr>"));
            html.append("</table><p>Softmax regression on the features, judged on real images that it never saw.</p>");
        }
        if (report.factors() != null) {
            html.append(FactorTable.html(report.factors()));
        }
        if (!report.missing().isEmpty()) {
            html.append("<h2>Not measured</h2><ul>");
            report.missing().forEach((metric, why) -> html.append("<li>")
                    .append(escape(metric + ": " + why))
                    .append("</li>"));
            html.append("</ul>");
        }
        html.append(
                        "<h2>Shots and their variations</h2><p>First repeat; the most similar sources first, the least last."
                                + "</p><img alt=\"\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(sheet))
                .append("\"></html>\n");
        return html.toString();
    }

    private static void scoreTable(StringBuilder html, EvaluationReport report, List<String> metrics) {
        html.append("<table><tr><th>candidate</th><th>n</th>");
        metrics.forEach(metric -> html.append("<th>").append(metric).append("</th>"));
        html.append("</tr>");
        report.candidates().forEach((name, candidate) -> {
            html.append("<tr><td>")
                    .append(escape(name))
                    .append("</td><td>")
                    .append(candidate.n())
                    .append("</td>");
            for (String metric : metrics) {
                EvaluationReport.Figure figure = candidate.scores().get(metric);
                html.append("<td>")
                        .append(figure == null ? "not measured" : text(figure))
                        .append("</td>");
            }
            html.append("</tr>");
        });
        html.append("</table><p>Mean over the repeats ± standard error.</p>");
    }

    private static void consistencyTable(StringBuilder html, EvaluationReport report) {
        html.append("<table><tr><th>candidate</th><th>similarity</th><th>diversity</th><th>copies</th><th>repeats</th>"
                + "<th>memorised</th></tr>");
        report.candidates().forEach((name, candidate) -> {
            Consistency found = candidate.consistency();
            if (found != null) {
                html.append("<tr><td>").append(escape(name)).append("</td>");
                Interval[] intervals = {
                    found.similarity(), found.diversity(), found.copies(), found.repeats(), found.memorised()
                };
                for (Interval interval : intervals) {
                    html.append("<td>").append(text(interval)).append("</td>");
                }
                html.append("</tr>");
            }
        });
        html.append("</table><p>Mean over the sources of the first repeat, with bootstrap intervals of 95 %. Copies, ")
                .append("repeats, memorised: share of variations with a cosine over ")
                .append(report.plan().threshold())
                .append(" to their source, to another variation of it, to any other image of the dataset.</p>");
    }

    private static byte[] chart(EvaluationReport report, String metric) throws IOException {
        List<String> names = new ArrayList<>();
        List<Double> means = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        report.candidates().forEach((name, candidate) -> {
            EvaluationReport.Figure figure = candidate.scores().get(metric);
            if (figure != null) {
                // The whole name stands in the table; four of them do not fit below the bars.
                names.add(name.replaceFirst(" .*", ""));
                means.add(figure.mean());
                errors.add(figure.standardError() == null ? 0 : figure.standardError());
            }
        });
        CategoryChart chart = new CategoryChartBuilder()
                .width(480)
                .height(300)
                .title(TITLES.getOrDefault(metric, metric))
                .build();
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setChartTitleBoxVisible(false);
        chart.getStyler().setYAxisTicksVisible(true);
        chart.addSeries(metric, names, means, errors);
        return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
    }

    private static String text(EvaluationReport.Figure figure) {
        return figure.standardError() == null
                ? number(figure.mean())
                : number(figure.mean()) + " ± " + number(figure.standardError());
    }

    private static String text(Interval interval) {
        return interval == null
                ? "not measured"
                : number(interval.mean()) + " (" + number(interval.low()) + " to " + number(interval.high()) + ")";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
