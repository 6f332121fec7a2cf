package dev.semantica.sampler.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.sampler.onnx.ExecutionProvider;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerConfigTest {

    @Test
    void everyDeviceHasAProviderOfItsOwn() {
        WorkerConfig config = WorkerConfig.from(Map.of(
                "bundles", "b",
                "execution.provider", "cuda",
                "cuda.device.id", "0,3",
                "cuda.memory.bytes", "1073741824",
                "cuda.tf32", "true"));

        assertThat(config.providers()).extracting(ExecutionProvider::kind).containsOnly(ExecutionProvider.Kind.CUDA);
        assertThat(config.providers())
                .extracting(provider -> provider.device().number())
                .containsExactly(0, 3);
        assertThat(config.providers()).allSatisfy(provider -> {
            assertThat(provider.device().memoryLimit()).isEqualTo(1L << 30);
            assertThat(provider.device().arenaExtendStrategy()).isEqualTo("kSameAsRequested");
            assertThat(provider.device().tf32()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "0,0", "a", "0;1"})
    void refusesWhatIsNoListOfDevices(String devices) {
        assertThatThrownBy(() -> WorkerConfig.from(Map.of("bundles", "b", "cuda.device.id", devices)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cuda.device.id");
    }

    @Test
    void theCpuIsOneProviderWithoutDevice() {
        assertThat(WorkerConfig.from(Map.of("bundles", "b", "intra.op.threads", "3"))
                        .providers())
                .containsExactly(ExecutionProvider.cpu(3));
    }
}
