package dev.semantica.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.connectors.sink.DatasetSinkConnector;
import dev.semantica.connectors.source.ImageSourceConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.connect.connector.Connector;
import org.junit.jupiter.api.Test;

/** The tables of docs/connectors.md are what the definitions say, and its examples are valid. */
class ConnectorDocsTest {

    private static final Map<String, Connector> CONNECTORS =
            Map.of("source", new ImageSourceConnector(), "sink", new DatasetSinkConnector());

    @Test
    void theTablesAreCurrent() throws IOException {
        String page = Files.readString(Examples.PAGE);
        String renewed = page;
        for (Map.Entry<String, Connector> connector : CONNECTORS.entrySet()) {
            Matcher table = Pattern.compile("(<!-- " + connector.getKey() + " -->\n).*?(<!-- end -->)", Pattern.DOTALL)
                    .matcher(renewed);
            renewed = table.replaceFirst(
                    "$1" + Matcher.quoteReplacement(table(connector.getValue().config())) + "$2");
        }
        Path file = Path.of("target", "connectors.md");
        Files.writeString(file, renewed);
        assertThat(page)
                .as("renew it: cp connectors/%s docs/connectors.md", file)
                .isEqualTo(renewed);
    }

    private static String table(ConfigDef config) {
        StringBuilder table = new StringBuilder("| key | type | default | valid | |\n|---|---|---|---|---|\n");
        config.configKeys().values().stream()
                .sorted(Comparator.comparing(key -> key.name))
                .forEach(key -> table.append(row(key)));
        return table.toString();
    }

    private static String row(ConfigKey key) {
        return String.format(
                "| `%s` | %s | %s | %s | %s |%n",
                key.name,
                key.type.name().toLowerCase(Locale.ROOT),
                defaultOf(key),
                key.validator == null ? "" : key.validator,
                key.documentation);
    }

    private static String defaultOf(ConfigKey key) {
        if (!key.hasDefault()) {
            return "required";
        }
        if (key.defaultValue == null || key.defaultValue.equals("") || key.defaultValue.equals(List.of())) {
            return "none";
        }
        // The folder for temporary files differs from machine to machine.
        return key.name.equals("spool.directory") ? "the folder for temporary files" : "`" + key.defaultValue + "`";
    }

    @Test
    void theExamplesAreValid() throws Exception {
        Map<String, Map<String, String>> examples = Examples.all();
        assertThat(examples).hasSize(5);
        for (Map<String, String> example : examples.values()) {
            Connector connector = Class.forName(example.get("connector.class"))
                    .asSubclass(Connector.class)
                    .getDeclaredConstructor()
                    .newInstance();
            connector.config().parse(example);
            List<String> unknown = example.keySet().stream()
                    .filter(key -> !connector.config().names().contains(key))
                    .filter(key ->
                            !key.matches("connector.class|tasks.max|topics|errors\\..*|consumer\\.override\\..*"))
                    .toList();
            assertThat(unknown).isEmpty();
        }
    }
}
