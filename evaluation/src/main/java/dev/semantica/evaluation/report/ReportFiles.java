package dev.semantica.evaluation.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes {@code report.json} and the page {@code report.html}, which needs no other file. */
public final class ReportFiles {

    private ReportFiles() {}

    /**
     * Pictures that stand in the page.
     *
     * @param title what it shows
     * @param png the sheet
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Sheet(String title, byte[] png) {}

    /**
     * Writes both files.
     *
     * @param sheets contact sheets, in order
     */
    public static void write(EvaluationReport report, List<Sheet> sheets, Path directory) throws IOException {
        Files.createDirectories(directory);
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.writeString(directory.resolve("report.json"), mapper.writeValueAsString(report) + "\n");
        Files.writeString(directory.resolve("report.html"), new ReportPage(report).html(sheets));
    }
}
