package dev.semantica.evaluation.factor;

import dev.semantica.evaluation.metric.Interval;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Factor scores as a part of a page. */
public final class FactorTable {

    private FactorTable() {}

    /** Headings, tables and what they mean. */
    public static String html(FactorScores scores) {
        StringBuilder html = new StringBuilder("<h2>Factors of pages</h2>");
        html.append("<p>What pages fix: share of images that keep it. Mean over the sources (95 %).</p>");
        table(html, scores, true, FactorScores.Candidate::kept);
        html.append("<p>What images vary: range covered by the ")
                .append(scores.images())
                .append(" images of a source, as a multiple of what real page mates cover (95 %).</p>");
        table(html, scores, false, candidate -> {
            Map<String, Interval> ratios = new TreeMap<>();
            candidate.coverage().forEach((factor, coverage) -> ratios.put(factor, coverage.ratio()));
            return ratios;
        });
        return html.append("<p>The probe's accuracy (categories) or R² (quantities) is that on held-out real images;")
                .append(" factors that it does not read well (skill under ")
                .append(Reading.READABLE)
                .append(") are not judged.</p>")
                .toString();
    }

    private static void table(
            StringBuilder html,
            FactorScores scores,
            boolean ofPage,
            Function<FactorScores.Candidate, Map<String, Interval>> values) {
        html.append("<table><tr><th>factor</th><th>probe</th>");
        scores.candidates()
                .keySet()
                .forEach(name -> html.append("<th>").append(escape(name)).append("</th>"));
        html.append("</tr>");
        scores.readings().forEach((factor, reading) -> {
            if (reading.ofPage() == ofPage) {
                html.append("<tr><td>").append(escape(factor)).append("</td><td>");
                html.append(number(reading.score())).append("</td>");
                scores.candidates().values().forEach(candidate -> html.append("<td>")
                        .append(text(values.apply(candidate).get(factor)))
                        .append("</td>"));
                html.append("</tr>");
            }
        });
        if (ofPage) {
            html.append("<tr><td>all at once</td><td></td>");
            scores.candidates().values().forEach(candidate -> html.append("<td>")
                    .append(text(candidate.keptAll()))
                    .append("</td>"));
            html.append("</tr>");
        }
        html.append("</table>");
    }

    private static String text(Interval interval) {
        return interval == null
                ? "not judged"
                : number(interval.mean()) + " (" + number(interval.low()) + " to " + number(interval.high()) + ")";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
