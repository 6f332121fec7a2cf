package dev.semantica.evaluation.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.semantica.evaluation.factor.FactorScores;
import dev.semantica.evaluation.metric.Consistency;
import dev.semantica.evaluation.protocol.FewShot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code report.json} holds; docs/evaluation.md describes it.
 *
 * @param formatVersion 1
 * @param date when it was made, ISO 8601; the one line that differs between two runs
 * @param command how it was made
 * @param dataset what was compared with: place, images, classes
 * @param encoder name and SHA-256 of what made the features, and their number
 * @param plan shots, variations, repeats, seed, threshold
 * @param candidates per candidate the metrics
 * @param probe accuracy of a classifier on real images, by what it was trained on; empty when not asked for
 * @param missing why a metric has no value
 * @param repeats each repeat as it was
 * @param factors what the first repeat's variations keep and cover of annotated factors; null when not asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvaluationReport(
        int formatVersion,
        String date,
        String command,
        Dataset dataset,
        Encoder encoder,
        FewShot.Plan plan,
        Map<String, Candidate> candidates,
        Map<String, Figure> probe,
        Map<String, String> missing,
        List<FewShot.Outcome> repeats,
        FactorScores factors) {

    /** The dataset. */
    public record Dataset(String place, int images, int classes) {}

    /** The encoder. */
    public record Encoder(String name, String sha256, int features) {}

    /**
     * A figure over the repeats.
     *
     * @param mean over the repeats
     * @param standardError of the mean; null with one repeat
     * @param repeats how many there were
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Figure(double mean, Double standardError, int repeats) {}

    /**
     * A candidate's figures.
     *
     * @param n images that it was scored with in each repeat
     * @param scores set metrics by name
     * @param consistency against the shots, of the first repeat; null for real images
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Candidate(int n, Map<String, Figure> scores, Consistency consistency) {}

    /** Sums up repeats. */
    public static EvaluationReport of(
            String date,
            String command,
            Dataset dataset,
            Encoder encoder,
            FewShot.Plan plan,
            List<FewShot.Outcome> outcomes) {
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        Map<String, String> missing = new TreeMap<>();
        FewShot.Outcome first = outcomes.get(0);
        for (String name : first.scores().keySet()) {
            Map<String, Figure> figures = new LinkedHashMap<>();
            for (String metric : first.scores().get(name).keySet()) {
                List<Double> values = new ArrayList<>();
                for (FewShot.Outcome outcome : outcomes) {
                    Double value = outcome.scores().get(name).get(metric);
                    if (value != null) {
                        values.add(value);
                    }
                }
                figures.put(metric, figure(values));
            }
            candidates.put(
                    name, new Candidate(first.n(), figures, first.consistency().get(name)));
        }
        outcomes.forEach(outcome -> missing.putAll(outcome.missing()));
        Map<String, Figure> probe = new LinkedHashMap<>();
        first.probe()
                .keySet()
                .forEach(trained -> probe.put(
                        trained,
                        figure(outcomes.stream()
                                .map(outcome -> outcome.probe().get(trained))
                                .toList())));
        return new EvaluationReport(
                1, date, command, dataset, encoder, plan, candidates, probe, missing, outcomes, null);
    }

    /** The same report with factor scores; that they are of fewer variations than were planned is told as missing. */
    public EvaluationReport withFactors(FactorScores scores) {
        Map<String, String> more = new TreeMap<>(missing);
        if (scores.images() < plan.variations()) {
            more.put(
                    "factors of every variation",
                    "only " + scores.images() + " of the " + plan.variations()
                            + " of a source are judged: no more were made, or a page has no more other real images");
        }
        return new EvaluationReport(
                formatVersion, date, command, dataset, encoder, plan, candidates, probe, more, repeats, scores);
    }

    private static Figure figure(List<Double> values) {
        double mean = values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
        if (values.size() < 2) {
            return new Figure(mean, null, values.size());
        }
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return new Figure(mean, Math.sqrt(squares / (values.size() - 1) / values.size()), values.size());
    }
}
