package dev.semantica.schemas;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * Which request, image and trace the log lines of an action are about. The entries of SLF4J's mapped diagnostic context
 * are {@code requestId}, {@code imageId} and {@code traceId}.
 *
 * @param requestId null where it is unknown
 * @param imageId null where lines are about all images of a request
 * @param traceparent the header of the image event; null or malformed where there is no trace
 */
public record LogContext(String requestId, String imageId, String traceparent) {

    private static final String REQUEST = "requestId";
    private static final String IMAGE = "imageId";
    private static final String TRACE = "traceId";

    /** Version, trace id, parent id, flags: https://www.w3.org/TR/trace-context/#traceparent-header. */
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

    /** Runs an action on this thread; its log lines say what they are about. */
    public void run(Runnable action) {
        Matcher trace = TRACEPARENT.matcher(traceparent == null ? "" : traceparent);
        put(REQUEST, requestId);
        put(IMAGE, imageId);
        put(TRACE, trace.matches() ? trace.group(1) : null);
        try {
            action.run();
        } finally {
            MDC.remove(REQUEST);
            MDC.remove(IMAGE);
            MDC.remove(TRACE);
        }
    }

    private static void put(String key, String value) {
        if (value != null) {
            MDC.put(key, value);
        }
    }
}
