package dev.semantica.console.security;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A program that a cluster knows by a principal of its own. */
public enum Application {
    /** {@code semantica topics create} and {@code list}. */
    TOPICS("semantica topics"),
    /** {@code semantica streams}. */
    STREAMS("semantica streams"),
    /** {@code semantica worker}. */
    WORKER("semantica worker"),
    /** {@code semantica augment} on a cluster. */
    AUGMENT("semantica augment"),
    /** {@code semantica submit}. */
    SUBMIT("semantica submit"),
    /** {@code semantica status}. */
    STATUS("semantica status"),
    /** {@code semantica cancel}. */
    CANCEL("semantica cancel"),
    /** {@code semantica dlq list} and {@code show}. */
    DLQ("semantica dlq list, show"),
    /** {@code semantica dlq replay}. */
    DLQ_REPLAY("semantica dlq replay"),
    /** {@code semantica store gc}. */
    STORE_GC("semantica store gc"),
    /** {@code semantica reset}. */
    RESET("semantica reset"),
    /** A distributed Kafka Connect worker, without what its connectors need. */
    CONNECT_WORKER("Kafka Connect worker"),
    /** The clients of an image source connector. */
    IMAGE_SOURCE("image source connector"),
    /** The consumer of a dataset sink connector. */
    DATASET_SINK("dataset sink connector");

    private final String title;

    Application(String title) {
        this.title = title;
    }

    /** What people call it. */
    public String title() {
        return title;
    }

    /** Its name on the command line: {@code dlq-replay}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Finds it by its name on the command line. */
    public static Optional<Application> byWireName(String wireName) {
        return Arrays.stream(values())
                .filter(application -> application.wireName().equals(wireName))
                .findFirst();
    }

    /** All names on the command line. */
    public static String wireNames() {
        return Arrays.stream(values()).map(Application::wireName).collect(Collectors.joining(", "));
    }
}
