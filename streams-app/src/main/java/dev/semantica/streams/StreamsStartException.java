package dev.semantica.streams;

import java.util.List;

/** The application was not started. Lists every problem found, each with its cure. */
public final class StreamsStartException extends Exception {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    StreamsStartException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** Every problem found, at least one. */
    public List<String> problems() {
        return problems;
    }
}
