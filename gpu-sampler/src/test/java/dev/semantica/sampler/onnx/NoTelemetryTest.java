package dev.semantica.sampler.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The runtime reports to nobody (docs/decisions/0006). */
class NoTelemetryTest {

    @Test
    void theNativeLibraryHoldsNoCollector() throws Exception {
        try (InputStream library =
                OrtEnvironment.class.getResourceAsStream("/ai/onnxruntime/native/linux-x64/libonnxruntime.so")) {
            String text = new String(library.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(text.contains("OrtGetApiBase")).isTrue();
            assertThat(text.contains("events.data.microsoft.com")).isFalse();
        }
    }
}
