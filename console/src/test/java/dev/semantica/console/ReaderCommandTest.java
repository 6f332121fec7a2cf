package dev.semantica.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.console.terminal.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaderCommandTest {

    private static final String LAB = Path.of("..", "models", "pages-lab").toString();

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aBundleLearnsToReadAndSaysSo() {
        assertThat(run(
                        "pages",
                        "generate",
                        "--out",
                        at("pages"),
                        "--pages",
                        "40",
                        "--images",
                        "2",
                        "--kinds",
                        "car,fish"))
                .isEqualTo(ExitCode.OK);

        assertThat(run(
                        "bundles",
                        "reader",
                        LAB,
                        at("pages"),
                        "--factors",
                        "kind,background-colour",
                        "--penalty",
                        "kind=0.02",
                        "--attempts",
                        "3",
                        "--name",
                        "reading",
                        "--out",
                        at("reading")))
                .as(err.toString())
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("reads kind", "of 2 values", "8 held-out pictures", "drawn at most 3 times");
        assertThat(run("bundles", "inspect", at("reading"))).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains(
                        "reading",
                        "kind, background-colour; draws a variation at most 3 times",
                        "agrees with its source by 0.8");
        assertThat(run("bundles", "verify", at("reading"))).isEqualTo(ExitCode.OK);
    }

    @Test
    void whatIsWrongIsSaidAtOnce() throws Exception {
        assertThat(run(
                        "bundles",
                        "reader",
                        LAB,
                        at("gone"),
                        "--out",
                        folder.toString(),
                        "--attempts",
                        "0",
                        "--agreement",
                        "2",
                        "--penalty",
                        "main=1,label=-1"))
                .isEqualTo(ExitCode.CONFIGURATION);
        assertThat(err.toString())
                .contains(
                        "exists already",
                        "--attempts must be from 1 to 16",
                        "--agreement must be above 0",
                        "--penalty names main, which is not among --factors label",
                        "--penalty of label must be a number from 0");

        assertThat(run("bundles", "reader", LAB, at("gone"), "--out", at("new")))
                .isEqualTo(ExitCode.CONFIGURATION);
        assertThat(err.toString()).contains("gone does not exist");

        assertThat(run("pages", "generate", "--out", at("pages"), "--pages", "3"))
                .isEqualTo(ExitCode.OK);
        assertThat(run("bundles", "reader", LAB, at("pages"), "--factors", "colour", "--out", at("new")))
                .isEqualTo(ExitCode.CONFIGURATION);
        assertThat(err.toString()).contains("Nothing is known of [colour]", "background", "main");

        Files.createDirectories(folder.resolve("broken/car"));
        Files.writeString(folder.resolve("broken/car/1.png"), "no picture");
        assertThat(run("bundles", "reader", LAB, at("broken"), "--out", at("new")))
                .isEqualTo(ExitCode.CONFIGURATION);
        assertThat(err.toString()).contains("Not one of 1 images can be read", "car/1.png");
        assertThat(Files.exists(folder.resolve("new"))).isFalse();
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    private int run(String... arguments) {
        return Semantica.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
