package dev.semantica.evaluation.report;

import dev.semantica.evaluation.protocol.ClassScores;
import dev.semantica.evaluation.protocol.FewShot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the repeats hold beside the scores of the whole: standard errors over subsets, and the scores of each class. */
final class RepeatTables {

    private RepeatTables() {}

    static String html(List<FewShot.Outcome> repeats) {
        StringBuilder html = new StringBuilder();
        kernelErrors(html, repeats);
        classes(html, repeats);
        return html.toString();
    }

    private static void kernelErrors(StringBuilder html, List<FewShot.Outcome> repeats) {
        Map<String, List<Double>> errors = new LinkedHashMap<>();
        repeats.forEach(repeat -> repeat.kernelErrors()
                .forEach((candidate, error) -> errors.computeIfAbsent(candidate, absent -> new ArrayList<>())
                        .add(error)));
        if (errors.isEmpty()) {
            return;
        }
        html.append(
                "<section><p>Standard error of the kernel distance over the subsets of one repeat, mean over the repeats:");
        String separator = " ";
        for (Map.Entry<String, List<Double>> error : errors.entrySet()) {
            html.append(separator)
                    .append(ReportPage.escape(error.getKey()))
                    .append(' ')
                    .append(mean(error.getValue()));
            separator = ", ";
        }
        html.append(".</p></section>");
    }

    private static void classes(StringBuilder html, List<FewShot.Outcome> repeats) {
        Map<String, Map<String, Map<String, List<Double>>>> values = new TreeMap<>();
        Set<String> metrics = new TreeSet<>();
        Set<String> reasons = new LinkedHashSet<>();
        for (FewShot.Outcome repeat : repeats) {
            repeat.classes().forEach((label, scores) -> {
                collect(scores, values.computeIfAbsent(label, absent -> new LinkedHashMap<>()), metrics);
                scores.missing().forEach((metric, why) -> reasons.add(label + ": " + metric + ": " + why));
            });
        }
        if (values.isEmpty()) {
            return;
        }
        html.append("<section><h2>Each class against its own images</h2><table><tr><th>class</th><th>candidate</th>");
        metrics.forEach(metric -> html.append("<th>").append(metric).append("</th>"));
        html.append("</tr>");
        values.forEach((label, candidates) -> candidates.forEach((candidate, found) -> {
            html.append("<tr><td>")
                    .append(ReportPage.escape(label))
                    .append("</td><td>")
                    .append(ReportPage.escape(candidate))
                    .append("</td>");
            for (String metric : metrics) {
                html.append("<td>")
                        .append(found.containsKey(metric) ? mean(found.get(metric)) : "missing")
                        .append("</td>");
            }
            html.append("</tr>");
        }));
        html.append("</table><p>Mean over the repeats that have a figure. n of every class and repeat is in"
                + " report.json.</p>");
        if (!reasons.isEmpty()) {
            html.append("<details><summary>Why figures are missing</summary><ul>");
            reasons.forEach(reason ->
                    html.append("<li>").append(ReportPage.escape(reason)).append("</li>"));
            html.append("</ul></details>");
        }
        html.append("</section>");
    }

    private static void collect(
            ClassScores scores, Map<String, Map<String, List<Double>>> candidates, Set<String> metrics) {
        scores.scores().forEach((candidate, found) -> {
            Map<String, List<Double>> own = candidates.computeIfAbsent(candidate, absent -> new LinkedHashMap<>());
            metrics.addAll(found.keySet());
            found.forEach((metric, value) ->
                    own.computeIfAbsent(metric, absent -> new ArrayList<>()).add(value));
        });
    }

    private static String mean(List<Double> values) {
        return String.format(
                Locale.ROOT,
                "%.4g",
                values.stream().mapToDouble(Double::doubleValue).sum() / values.size());
    }
}
