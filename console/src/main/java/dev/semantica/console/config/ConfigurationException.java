package dev.semantica.console.config;

import java.util.List;

/** Something is wrong with how the command was set up; nothing was started. */
public final class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    /** Collects every problem found: each says what was expected, what was found, and the cure. */
    public ConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One problem. */
    public ConfigurationException(String problem) {
        this(List.of(problem));
    }

    /** Every problem found, at least one. */
    public List<String> problems() {
        return problems;
    }
}
