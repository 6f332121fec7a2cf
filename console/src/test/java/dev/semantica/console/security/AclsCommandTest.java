package dev.semantica.console.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.console.Semantica;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AclsCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Semantica.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void theDocumentationIsWhatTheCodeSays() throws Exception {
        assertThat(run("acls", "--bad-records=bad-records")).isZero();

        String listed = out.toString().replaceAll("kafka-acls.sh .* --allow-principal '[^']*' ", "");
        assertThat(listed).contains("# semantica worker", "--operation Write");
        assertThat(Files.readString(Path.of("..", "docs", "security.md"))).contains("```text\n" + listed + "```");
    }

    @Test
    void namesComeFromSettingsAndTheCommandLine() {
        assertThat(run(
                        "acls",
                        "--application=worker",
                        "--principal=User:gpu-7",
                        "--set=topics.prefix=lab.",
                        "--set=queue.type=consumer",
                        "--set=queue.group.id=fleet"))
                .isZero();
        assertThat(out.toString())
                .contains(
                        "--add --allow-principal 'User:gpu-7' --operation Read --topic 'lab.sampler-batches'",
                        "--operation Read --group 'fleet' --resource-pattern-type literal")
                .doesNotContain("AlterConfigs", "image-events");
    }

    @Test
    void whatIsNoApplicationOrPrincipalIsNamed() {
        assertThat(run("acls", "--application=wroker")).isEqualTo(3);
        assertThat(run("acls", "--principal=worker'; rm -rf /; '")).isEqualTo(3);
        assertThat(err.toString()).contains("'wroker'", "dlq-replay", "TYPE:NAME");
    }
}
