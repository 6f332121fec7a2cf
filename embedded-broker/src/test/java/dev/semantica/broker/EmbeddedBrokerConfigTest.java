package dev.semantica.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedBrokerConfigTest {
    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void portsOutsideTheRangeAreRefused(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmbeddedBrokerConfig(Path.of("data"), port, Map.of()))
                .withMessageContaining("65535")
                .withMessageContaining(Integer.toString(port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"listeners", "log.dirs", "node.id"})
    void settingsThatFollowFromOthersAreRefused(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmbeddedBrokerConfig(Path.of("data"), 0, Map.of(key, "x")))
                .withMessageContaining(key);
    }

    @Test
    void aCommaWouldSplitTheDirectory() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmbeddedBrokerConfig(Path.of("a,b")))
                .withMessageContaining("comma");
    }

    @Test
    void overridesWinOverTheTunedDefaults() {
        var config = new EmbeddedBrokerConfig(Path.of("data"), 0, Map.of("message.max.bytes", "123"));
        var properties = BrokerProperties.of(config, Path.of("log"), Map.of("PLAINTEXT", 1, "CONTROLLER", 2));
        assertThat(properties)
                .containsEntry("message.max.bytes", "123")
                .containsEntry("listeners", "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2");
    }

    @Test
    void furtherListenersHaveTheirProtocols() {
        var config = new EmbeddedBrokerConfig(Path.of("data"), 0, Map.of(), Map.of("SECURED", "SASL_SSL"));
        var properties =
                BrokerProperties.of(config, Path.of("log"), Map.of("PLAINTEXT", 1, "CONTROLLER", 2, "SECURED", 3));
        assertThat(properties)
                .containsEntry("advertised.listeners", "PLAINTEXT://127.0.0.1:1,SECURED://127.0.0.1:3")
                .containsEntry(
                        "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new EmbeddedBrokerConfig(Path.of("data"), 0, Map.of(), Map.of("CONTROLLER", "SASL_SSL")))
                .withMessageContaining("CONTROLLER");
    }
}
