package dev.semantica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command, as a process. */
@Timeout(180)
class EvaluateIT {

    @TempDir
    Path directory;

    @Test
    void judgesThroughThePipelineAndIsTheSameWhenRunAgain() throws Exception {
        Path dataset = dataset();

        String said = evaluate(0, dataset.toString(), "--guidance", "1", "--steps", "5");

        assertThat(said).contains("variations", "copies of the shots", "report.html", "left out: 1 images");
        Path json = directory.resolve("out").resolve("report.json");
        JsonNode first = new ObjectMapper().readTree(json.toFile());
        assertThat(first.at("/candidates/variations/n").asInt()).isEqualTo(4);
        assertThat(first.at("/candidates/copies of the shots/consistency/similarity/mean")
                        .asDouble())
                .isEqualTo(1);
        assertThat(first.at("/missing/frechet_distance").asText()).contains("at least 193 images");
        String page = Files.readString(directory.resolve("out").resolve("report.html"));

        evaluate(0, dataset.toString(), "--guidance", "1", "--steps", "5");

        JsonNode second = new ObjectMapper().readTree(json.toFile());
        ((ObjectNode) second).set("date", first.get("date"));
        assertThat(second).isEqualTo(first);
        assertThat(Files.readString(directory.resolve("out").resolve("report.html"))
                        .lines()
                        .filter(line -> !line.startsWith("20"))
                        .toList())
                .isEqualTo(page.lines().filter(line -> !line.startsWith("20")).toList());
    }

    @Test
    void refusesWhatCannotBeJudgedInWords() throws Exception {
        Path dataset = dataset();
        assertThat(evaluate(3, directory.resolve("gone").toString())).contains("does not exist");
        assertThat(evaluate(3, dataset.toString(), "--shots", "0", "--near-duplicate", "2"))
                .contains("--shots must be at least 1", "--near-duplicate must be over -1");
        assertThat(evaluate(3, "--from-topic", "variations", "--variations-from", dataset.toString()))
                .contains("variations come from one place", "--from-topic and --request go together");
        assertThat(evaluate(
                        3,
                        dataset.toString(),
                        "--guidance-interval",
                        "1",
                        "--guidance-rescale",
                        "2",
                        "--attempts",
                        "17"))
                .contains(
                        "--guidance-interval must be two noise levels",
                        "--guidance-rescale must be from 0 to 1",
                        "--attempts must be from 1 to 16");
        assertThat(evaluate(3, dataset.toString(), "--steps", "3", "--variations-from", dataset.toString()))
                .contains("leave the flags of sampling out");
        assertThat(evaluate(3, dataset.toString(), "--encoder", dataset.toString()))
                .contains("preprocessor_config.json does not exist", "expected one graph, model.onnx");
    }

    private String evaluate(int expectedExit, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "evaluate",
                "--variations",
                "2",
                "--repeats",
                "1",
                "--out",
                directory.resolve("out").toString(),
                "--bundle",
                Pipeline.BUNDLE.toString()));
        command.addAll(List.of(arguments));
        Path log = Files.createTempFile(directory, "evaluate", ".log");
        Process process = new ProcessBuilder(Installation.semantica(command.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(log);
        assertThat(process.exitValue()).as(said).isEqualTo(expectedExit);
        return said;
    }

    /** Two classes of six plain pictures, and one beside them. */
    private Path dataset() throws IOException {
        Path dataset = directory.resolve("dataset");
        for (int i = 0; i < 12; i++) {
            byte[] rgb = new byte[3 * 64 * 64];
            for (int at = 0; at < rgb.length; at++) {
                rgb[at] = (byte) (i % 2 * 120 + at / 192 * (i / 2) / 4);
            }
            Path file = dataset.resolve(i % 2 == 0 ? "dark" : "light").resolve(i + ".png");
            Files.createDirectories(file.getParent());
            Files.write(file, ImageEncoder.PNG.encode(new RgbImage(64, 64, rgb), Map.of()));
        }
        Files.copy(dataset.resolve("dark").resolve("0.png"), dataset.resolve("stray.png"));
        return dataset;
    }
}
