package dev.semantica.evaluation.report;

import dev.semantica.evaluation.factor.FactorScores;
import dev.semantica.evaluation.factor.FactorTable;
import dev.semantica.evaluation.metric.Consistency;
import dev.semantica.evaluation.metric.Interval;
import dev.semantica.evaluation.protocol.FewShot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** A report as one page of HTML that holds its pictures. */
final class ReportPage {

    private static final String STYLE = """
            body{font:15px/1.55 system-ui,sans-serif;color:#2b2f36;background:#f4f5f7;margin:0}
            main{max-width:64rem;margin:0 auto;padding:2rem 1.2rem}
            section{background:#fff;border:1px solid #e3e6ea;border-radius:8px;padding:1rem 1.5rem;margin:1.2rem 0;
              overflow-x:auto}
            h1{font-size:1.7rem;margin:.2rem 0}h2{font-size:1.2rem;margin:.4rem 0 .8rem}h3{font-size:1rem}
            table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.86rem;margin:.5rem 0}
            td,th{padding:.35rem .7rem;border-bottom:1px solid #e3e6ea;text-align:right;white-space:nowrap}
            th{color:#5b6470;font-weight:600}td:first-child,th:first-child{text-align:left}
            dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;margin:.5rem 0}
            dt{color:#5b6470}dd{margin:0;overflow-wrap:anywhere}
            p{color:#5b6470}code{font-size:.85rem}img{max-width:100%;vertical-align:top}
            """;

    private final EvaluationReport report;
    private final StringBuilder html = new StringBuilder();

    ReportPage(EvaluationReport report) {
        this.report = report;
    }

    String html(List<ReportFiles.Sheet> sheets) throws IOException {
        html.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\">")
                .append("<title>Semantica: evaluation</title><style>")
                .append(STYLE)
                .append("</style><main><h1>How good the variations are</h1>");
        origin();
        againstTheDataset();
        againstTheSource();
        html.append(RepeatTables.html(report.repeats()));
        downstream();
        if (report.factors() != null) {
            factors(report.factors());
        }
        missing();
        for (ReportFiles.Sheet sheet : sheets) {
            html.append("<section><h2>").append(escape(sheet.title())).append("</h2>");
            html.append("<p>A source to the left of its variations. First repeat.</p>");
            image(sheet.title(), sheet.png());
            html.append("</section>");
        }
        return html.append("</main></html>\n").toString();
    }

    private void origin() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put(
                "dataset",
                "%s: %d images of %d classes"
                        .formatted(
                                report.dataset().place(),
                                report.dataset().images(),
                                report.dataset().classes()));
        lines.put(
                "protocol",
                "%d shots a class, %d variations of each, %d repeats"
                        .formatted(
                                report.plan().shots(),
                                report.plan().variations(),
                                report.plan().repeats()));
        lines.put(
                "seeds",
                "%d to %d, one a repeat"
                        .formatted(
                                report.plan().seed(),
                                report.plan().seed() + report.plan().repeats() - 1));
        lines.put(
                "features",
                "%d of %s, sha256 %s"
                        .formatted(
                                report.encoder().features(),
                                report.encoder().name(),
                                report.encoder().sha256()));
        html.append("<section><dl>");
        lines.forEach((name, value) -> html.append("<dt>")
                .append(name)
                .append("</dt><dd>")
                .append(escape(value))
                .append("</dd>"));
        html.append("<dt>command</dt><dd><code>")
                .append(escape(report.command()))
                .append("</code></dd><dt>date</dt><dd>\n")
                .append(escape(report.date()))
                .append("\n</dd></dl></section>");
    }

    private void againstTheDataset() throws IOException {
        html.append("<section><h2>Against the rest of the dataset</h2>");
        List<String> metrics = new ArrayList<>(new TreeSet<>(
                report.candidates().values().iterator().next().scores().keySet()));
        html.append("<table><tr><th>candidate</th><th>n</th>");
        metrics.forEach(
                metric -> html.append("<th>").append(metric.replace('_', ' ')).append("</th>"));
        html.append("</tr>");
        report.candidates().forEach((name, candidate) -> {
            html.append("<tr><td>").append(escape(name)).append("</td><td>");
            html.append(candidate.n()).append("</td>");
            metrics.forEach(metric -> html.append("<td>")
                    .append(text(candidate.scores().get(metric)))
                    .append("</td>"));
            html.append("</tr>");
        });
        html.append(
                        "</table><p>Mean over the repeats ± standard error; so are the bars. Distances: lower is better; the")
                .append(" rest: higher is better. Real images are the floor, what a perfect model would score.</p>");
        EvaluationReport.Candidate autoencoder = report.candidates().get(FewShot.AUTOENCODER);
        if (autoencoder != null) {
            html.append("<p>The bundle's autoencoder alone: the real images of the floor, encoded and decoded, which no"
                    + " denoiser of its latents can surpass.");
            EvaluationReport.Figure psnr = autoencoder.scores().get(FewShot.PSNR);
            if (psnr != null) {
                html.append(" Peak signal-to-noise ratio ").append(text(psnr)).append(" dB.");
            }
            html.append("</p>");
        }
        if (metrics.contains("frechet_distance")) {
            image("Fréchet distance", Charts.bars(report, "Fréchet distance", Map.of("frechet_distance", " "), 480));
        }
        image("Kernel distance", Charts.bars(report, "Kernel distance", Map.of("kernel_distance", " "), 480));
        if (metrics.contains("recall_3")) {
            Map<String, String> shown = new LinkedHashMap<>();
            for (String metric : List.of("precision", "recall", "density", "coverage")) {
                shown.put(metric + "_3", metric);
            }
            image("Fidelity and diversity", Charts.bars(report, "Fidelity and diversity, k = 3", shown, 980));
            image("Recall against precision", Charts.recallAgainstPrecision(report, 3));
        }
        image("Similarity to the source", Charts.similarities(report));
        html.append("<p>In the histogram, copies are left out: all of theirs are 1.</p></section>");
    }

    private void againstTheSource() {
        html.append("<section><h2>Against their own source</h2><table><tr><th>candidate</th><th>sources</th>")
                .append("<th>similarity</th><th>diversity</th><th>copies</th><th>repeats</th><th>memorised</th></tr>");
        report.candidates().forEach((name, candidate) -> {
            Consistency found = candidate.consistency();
            if (found != null) {
                html.append("<tr><td>").append(escape(name)).append("</td><td>");
                html.append(found.similarity().n()).append("</td>");
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
                .append(
                        " to their source, to another variation of it, to any other image of the dataset.</p></section>");
    }

    private void downstream() {
        if (report.probe().isEmpty()) {
            return;
        }
        html.append("<section><h2>Do they help a classifier?</h2><table><tr><th>trained on</th><th>accuracy</th>")
                .append("<th>judged on</th></tr>");
        int judged = report.repeats().get(0).referenceImages();
        report.probe().forEach((trained, accuracy) -> html.append("<tr><td>")
                .append(escape(trained))
                .append("</td><td>")
                .append(text(accuracy))
                .append("</td><td>")
                .append(judged)
                .append("</td></tr>"));
        html.append(
                        "</table><p>Softmax regression on the features, judged on real images that it never saw. Mean over the")
                .append(" repeats ± standard error.</p></section>");
    }

    private void factors(FactorScores scores) throws IOException {
        html.append("<section>").append(FactorTable.html(scores));
        image(
                "What pages fix",
                Charts.factors(scores, "Share of images that keep what the page fixes", FactorScores.Candidate::kept));
        image("What images vary", Charts.factors(scores, "Range covered, of that of real page mates", candidate -> {
            Map<String, Interval> ratios = new TreeMap<>();
            candidate.coverage().forEach((factor, coverage) -> ratios.put(factor, coverage.ratio()));
            return ratios;
        }));
        html.append("</section>");
    }

    private void missing() {
        if (report.missing().isEmpty()) {
            return;
        }
        html.append("<section><h2>Not measured</h2><ul>");
        report.missing()
                .forEach((metric, why) ->
                        html.append("<li>").append(escape(metric + ": " + why)).append("</li>"));
        html.append("</ul></section>");
    }

    private void image(String title, byte[] png) {
        html.append("<img alt=\"")
                .append(escape(title))
                .append("\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(png))
                .append("\">");
    }

    private static String text(EvaluationReport.Figure figure) {
        if (figure == null) {
            return "not measured";
        }
        return figure.standardError() == null
                ? number(figure.mean())
                : number(figure.mean()) + " ± " + number(figure.standardError());
    }

    private static String text(Interval interval) {
        return interval == null
                ? "not measured"
                : number(interval.mean()) + " (" + number(interval.low()) + " to " + number(interval.high()) + ")";
    }

    /** Three decimals, more for what would vanish. */
    private static String number(double value) {
        boolean small = value != 0 && Math.abs(value) < 0.01;
        return String.format(Locale.ROOT, small ? "%.2g" : "%.3f", value);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
