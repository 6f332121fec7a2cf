package dev.semantica.benchmarks;

import dev.semantica.evaluation.report.DrawnChart;
import java.awt.Color;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Figures of one run, with what is needed to run it again: command, machine, commit. */
final class Report {

    private final String name;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, XYChart> plots = new LinkedHashMap<>();

    Report(String name, List<String> arguments) throws IOException {
        this.name = name;
        line("command", "benchmarks/run " + name + " " + String.join(" ", arguments));
        line("commit", commit());
        line("machine", machine());
        line("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        line("heap", "at most " + Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB");
    }

    /** Adds and prints a figure. */
    void line(String what, String value) {
        String line = String.format(Locale.ROOT, "%-34s %s", what, value);
        System.out.println(line);
        text.append(line.stripTrailing()).append('\n');
    }

    void line(String what, double value, String unit) {
        line(what, String.format(Locale.ROOT, "%.2f %s", value, unit));
    }

    /** Adds a plot, kept as {@code NAME-WHAT.png}: curves by name, points of x and y each. */
    void plot(String what, String x, String y, Map<String, double[][]> curves) {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(500)
                .title(name + ": " + what)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setYAxisTickMarkSpacingHint(60);
        chart.getStyler().setMarkerSize(3);
        curves.forEach((curve, points) -> chart.addSeries(curve, points[0], points[1]));
        plots.put(name + "-" + what.replace(' ', '-') + ".png", chart);
    }

    /** Keeps the report as {@code NAME.txt} and its plots beside it. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(name + ".txt"), text);
        for (Map.Entry<String, XYChart> plot : plots.entrySet()) {
            Files.write(directory.resolve(plot.getKey()), DrawnChart.png(plot.getValue()));
        }
    }

    /** The commit, and whether anything but results has changed since. */
    private static String commit() throws IOException {
        String changed = git("status", "--porcelain", "--", ".", ":!benchmarks/results");
        return git("rev-parse", "--short", "HEAD") + (changed.isEmpty() ? "" : " with changes");
    }

    private static String git(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static String machine() throws IOException {
        String cpu = "unknown CPU";
        Path info = Path.of("/proc/cpuinfo");
        if (Files.exists(info)) {
            cpu = Files.readAllLines(info).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(cpu);
        }
        return Runtime.getRuntime().availableProcessors() + " cores, " + cpu + ", " + System.getProperty("os.name")
                + " " + System.getProperty("os.version");
    }
}
