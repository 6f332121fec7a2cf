package dev.semantica.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures of one run, with what is needed to run it again: command, machine, commit. */
final class Report {

    private final String name;
    private final StringBuilder text = new StringBuilder();

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

    /** Keeps the report as {@code NAME.txt}. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(name + ".txt"), text);
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
