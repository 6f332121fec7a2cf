package dev.semantica.evaluation.factor;

import dev.semantica.evaluation.metric.Interval;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Factor scores as a part of a page. */
public final class FactorTable {

    private static final String ALL = "all at once";
    private static final int SHOWN_KINDS = 3;

    private FactorTable() {}

    /** Headings, tables and what they mean. */
    public static String html(FactorScores scores) {
        StringBuilder html = new StringBuilder("<h2>Factors of pages</h2>");
        html.append("<p>What pages fix: share of images that keep it. Mean over the sources (95 %).</p>");
        table(html, scores, true, FactorTable::keptAndAll);
        html.append("<p>The same, divided by what real page mates reach as the probes read them (95 %).</p>");
        table(html, scores, true, FactorScores.Candidate::keptOfReference);
        misread(html, scores);
        html.append("<p>What images vary: range covered by the ")
                .append(scores.images())
                .append(" images of a source, as a multiple of what real page mates cover (95 %).</p>");
        table(html, scores, false, candidate -> {
            Map<String, Interval> ratios = new TreeMap<>();
            candidate.coverage().forEach((factor, coverage) -> ratios.put(factor, coverage.ratio()));
            return ratios;
        });
        if (scores.sourceReadings() != null) {
            sources(html, scores.sourceReadings());
        }
        html.append("<h3>How far the probes can be trusted</h3><p>Ridge regression on ")
                .append(escape(scores.probes().encoder()))
                .append(" (sha256 ")
                .append(scores.probes().sha256())
                .append(") and colours, fitted to ")
                .append(escape(scores.probes().trainedOn()))
                .append(". Accuracy of categories, R² of quantities; a factor that is read with a skill under ")
                .append(Reading.READABLE)
                .append(" on held-out real images is untrustworthy and not judged.</p>");
        html.append("<table><tr><th>factor</th><th>of</th><th>fitted to</th><th>n</th><th>held out</th><th>n</th>")
                .append("<th>skill</th><th>verdicts</th></tr>");
        scores.readings().forEach((factor, reading) -> html.append("<tr><td>")
                .append(escape(factor))
                .append("</td><td>")
                .append(reading.ofPage() ? "page" : "image")
                .append("</td><td>")
                .append(number(reading.trainScore()))
                .append("</td><td>")
                .append(reading.trainImages())
                .append("</td><td>")
                .append(number(reading.score()))
                .append("</td><td>")
                .append(reading.n())
                .append("</td><td>")
                .append(number(reading.skill()))
                .append("</td><td>")
                .append(reading.isReadable() ? "yes" : "untrustworthy")
                .append("</td></tr>"));
        return html.append("</table>").toString();
    }

    private static void misread(StringBuilder html, FactorScores scores) {
        html.append(
                        "<p>What is read where it is not kept: the value of another factor of the page, so that the two have")
                .append(" changed places, or anything else; and the kinds that it happens to most.</p>")
                .append("<table><tr><th>factor</th><th>candidate</th><th>misread</th><th>read as</th>")
                .append("<th>most of all</th></tr>");
        scores.readings().keySet().forEach(factor -> scores.candidates().forEach((name, candidate) -> {
            Misreadings found = candidate.misread().get(factor);
            if (found != null) {
                html.append("<tr><td>")
                        .append(escape(factor))
                        .append("</td><td>")
                        .append(escape(name))
                        .append("</td><td>")
                        .append(found.misread() + " of " + found.images())
                        .append("</td><td>")
                        .append(escape(readAs(found)))
                        .append("</td><td>")
                        .append(escape(worstKinds(found)))
                        .append("</td></tr>");
            }
        }));
        html.append("</table>");
    }

    private static String readAs(Misreadings found) {
        return found.readAs().entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String worstKinds(Misreadings found) {
        return found.kinds().entrySet().stream()
                .filter(entry -> entry.getValue().misread() > 0)
                .sorted(Comparator.comparingInt(entry -> -entry.getValue().misread()))
                .limit(SHOWN_KINDS)
                .map(entry -> entry.getKey() + " " + entry.getValue().misread() + " of "
                        + entry.getValue().images())
                .collect(Collectors.joining(", "));
    }

    private static void sources(StringBuilder html, SourceReadings told) {
        html.append("<h3>What the bundle's own encoder tells of the sources</h3><p>Read from ")
                .append(escape(told.probes().encoder()))
                .append(" (sha256 ")
                .append(told.probes().sha256())
                .append(") alone, by probes fitted to ")
                .append(escape(told.probes().trainedOn()))
                .append(
                        ". What it has lost no variation can keep: beside it, what is kept where it is read rightly, and")
                .append(" where it is not (95 %).</p><table><tr><th>factor</th><th>held out</th>")
                .append("<th>read from the sources</th><th>candidate</th><th>kept where it is read</th>")
                .append("<th>kept where it is not</th></tr>");
        told.factors().forEach((factor, found) -> {
            Set<String> candidates = new LinkedHashSet<>(found.keptWhereRead().keySet());
            candidates.addAll(found.keptElsewhere().keySet());
            for (String candidate : candidates) {
                html.append("<tr><td>")
                        .append(escape(factor))
                        .append("</td><td>")
                        .append(number(found.score()))
                        .append("</td><td>")
                        .append(text(found.read()))
                        .append("</td><td>")
                        .append(escape(candidate))
                        .append("</td><td>")
                        .append(among(found.keptWhereRead().get(candidate)))
                        .append("</td><td>")
                        .append(among(found.keptElsewhere().get(candidate)))
                        .append("</td></tr>");
            }
        });
        html.append("</table>");
    }

    private static String among(Interval interval) {
        return interval == null ? "no source" : text(interval) + ", n = " + interval.n();
    }

    private static Map<String, Interval> keptAndAll(FactorScores.Candidate candidate) {
        Map<String, Interval> kept = new TreeMap<>(candidate.kept());
        kept.put(ALL, candidate.keptAll());
        return kept;
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
        if (values.apply(scores.candidates().values().iterator().next()).containsKey(ALL)) {
            html.append("<tr><td>").append(ALL).append("</td><td></td>");
            scores.candidates().values().forEach(candidate -> html.append("<td>")
                    .append(text(values.apply(candidate).get(ALL)))
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
