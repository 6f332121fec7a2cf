package dev.semantica.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.connectors.Records;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSourceConnectorTest {

    private final ImageSourceConnector connector = new ImageSourceConnector();

    @TempDir
    Path folder;

    private List<String> errors(Map<String, String> settings) {
        return connector.validate(settings).configValues().stream()
                .flatMap(value -> value.errorMessages().stream())
                .toList();
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        assertThat(errors(Map.of("images.location", folder.toString()))).isEmpty();
        assertThat(errors(Map.of())).singleElement().asString().contains("images.location");
        assertThat(errors(Map.of(
                        "images.location", folder.resolve("absent").toString(),
                        "label.from", "moon",
                        "sampling.count", "0",
                        "sampling.steps", "0",
                        "rate.limit.per.second", "-1")))
                .hasSize(5)
                .anyMatch(error -> error.contains("is no folder that this worker can read"))
                .anyMatch(error -> error.contains("Expected one of folder, manifest, none"));
        assertThat(errors(Map.of("images.location", "ftp://host/x")))
                .singleElement()
                .asString()
                .contains("s3://BUCKET/PREFIX");
    }

    @Test
    void choicesAreRecommendedAndDependentKeysHidden() {
        Map<String, ConfigValue> values = new HashMap<>();
        connector
                .validate(Map.of("images.location", folder.toString()))
                .configValues()
                .forEach(value -> values.put(value.name(), value));
        assertThat(values.get("sampling.scheduler").recommendedValues()).contains("ddim", "dpmpp-2m");
        assertThat(values.get("label.manifest.name").visible()).isFalse();
        assertThat(values.get("request.images").visible()).isTrue();
    }

    @Test
    void offsetsAreCheckedBeforeTheyAreSet() {
        Map<String, ?> partition = Map.of("image", Records.DIGEST + "/0");
        assertThat(connector.alterOffsets(Map.of(), Map.of(partition, Map.of("name", "a.png", "size", 3L))))
                .isTrue();
        Map<Map<String, ?>, Map<String, ?>> forget = new HashMap<>();
        forget.put(partition, null);
        assertThat(connector.alterOffsets(Map.of(), forget)).isTrue();
        assertThatThrownBy(() -> connector.alterOffsets(
                        Map.of(), Map.of(Map.of("image", "x"), Map.of("name", "a"), partition, Map.of("line", 1))))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("partition {image=x}")
                .hasMessageContaining("offset {line=1}");
    }

    @Test
    void exactlyOnceIsSupported() {
        assertThat(connector.exactlyOnceSupport(Map.of())).isEqualTo(ExactlyOnceSupport.SUPPORTED);
    }
}
