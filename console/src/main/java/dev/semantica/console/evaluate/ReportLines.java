package dev.semantica.console.evaluate;

import dev.semantica.evaluation.protocol.FewShot;
import dev.semantica.evaluation.report.EvaluationReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** The report in a few lines, for the terminal. */
final class ReportLines {

    private ReportLines() {}

    static void print(EvaluationReport report, Path out, PrintStream messages) {
        report.candidates().forEach((name, candidate) -> {
            StringBuilder line = new StringBuilder("%-24s".formatted(name));
            for (String metric : List.of("frechet_distance", "precision_3", "recall_3", "density_3", "coverage_3")) {
                EvaluationReport.Figure figure = candidate.scores().get(metric);
                line.append("  ")
                        .append(metric)
                        .append(' ')
                        .append(figure == null ? "-" : "%.3f".formatted(figure.mean()));
            }
            EvaluationReport.Figure psnr = candidate.scores().get(FewShot.PSNR);
            if (psnr != null) {
                line.append("  psnr %.1f dB".formatted(psnr.mean()));
            }
            if (candidate.consistency() != null) {
                line.append("  similarity %.3f"
                        .formatted(candidate.consistency().similarity().mean()));
            }
            messages.println(line);
        });
        report.probe()
                .forEach((trained, accuracy) ->
                        messages.println("trained on %-44s accuracy %.3f".formatted(trained, accuracy.mean())));
        if (report.factors() != null) {
            report.factors().candidates().forEach((name, candidate) -> {
                StringBuilder line = new StringBuilder("keep  %-24s".formatted(name));
                candidate.kept().forEach((factor, kept) -> line.append("  %s %.3f".formatted(factor, kept.mean())));
                messages.println(line);
            });
            if (report.factors().sourceReadings() != null) {
                StringBuilder line = new StringBuilder("told  %-24s".formatted("of the sources"));
                report.factors()
                        .sourceReadings()
                        .factors()
                        .forEach((factor, found) -> line.append(
                                "  %s %.3f".formatted(factor, found.read().mean())));
                messages.println(line);
            }
        }
        report.missing().forEach((metric, why) -> messages.println("not measured: " + metric + ": " + why));
        messages.println("  look at   " + out.resolve("report.html") + ", " + out.resolve("report.json"));
    }
}
