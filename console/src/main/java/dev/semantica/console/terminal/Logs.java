package dev.semantica.console.terminal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import dev.semantica.console.config.LogConfig;
import org.slf4j.LoggerFactory;

/** The log of this process, on standard error. */
public final class Logs {

    /** As in logback.xml. */
    private static final String APPENDER = "stderr";

    private Logs() {}

    /** Shows log lines from this level on. */
    public static void show(Level level) {
        root().setLevel(level);
    }

    /** Logs as a long-running process does. */
    public static void show(LogConfig config) {
        if (config.json()) {
            ConsoleAppender<ILoggingEvent> appender = (ConsoleAppender<ILoggingEvent>) root().getAppender(APPENDER);
            JsonEncoder encoder = jsonEncoder();
            encoder.setContext(appender.getContext());
            encoder.start();
            appender.setEncoder(encoder);
        }
        show(Level.valueOf(config.level()));
    }

    /** What was logged, when, where, about what (mdc) and why (throwable), and nothing twice. */
    static JsonEncoder jsonEncoder() {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setWithFormattedMessage(true);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithContext(false);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        return encoder;
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
