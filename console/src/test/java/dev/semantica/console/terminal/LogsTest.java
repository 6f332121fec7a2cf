package dev.semantica.console.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.semantica.schemas.LogContext;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What a line of the log says as JSON. */
class LogsTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @Test
    void aLineIsOneObjectThatSaysWhatItIsAbout() throws Exception {
        AtomicReference<byte[]> line = new AtomicReference<>();
        new LogContext("r1", "a \"b\"\n", "00-" + TRACE + "-b7ad6b7169203331-01")
                .run(() -> line.set(encoded("two\nlines")));
        String text = new String(line.get(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(text.strip()).doesNotContain("\n");
        JsonNode json = new ObjectMapper().readTree(text);
        assertThat(json.at("/level").asText()).isEqualTo("WARN");
        assertThat(json.at("/formattedMessage").asText()).isEqualTo("two\nlines");
        assertThat(json.at("/mdc/requestId").asText()).isEqualTo("r1");
        assertThat(json.at("/mdc/imageId").asText()).isEqualTo("a \"b\"\n");
        assertThat(json.at("/mdc/traceId").asText()).isEqualTo(TRACE);
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    }

    @Test
    void whatIsNoTraceIsNotShownAsOne() {
        AtomicReference<String> trace = new AtomicReference<>();
        new LogContext("r1", null, "00-abc").run(() -> trace.set(MDC.get("traceId")));
        assertThat(trace.get()).isNull();
    }

    private static byte[] encoded(String message) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        JsonEncoder encoder = Logs.jsonEncoder();
        encoder.setContext(context);
        encoder.start();
        return encoder.encode(
                new LoggingEvent("test", context.getLogger("test"), Level.WARN, message, null, new Object[0]));
    }
}
