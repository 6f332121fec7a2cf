package dev.semantica.training.run;

import java.util.List;

/** A run cannot start or go on; says why, and what to do. */
public final class TrainingException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /** Every problem found: each says what was expected, what was found, and the cure. */
    public TrainingException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One problem. */
    public TrainingException(String problem) {
        this(List.of(problem));
    }

    /** Every problem found, at least one. */
    public List<String> problems() {
        return problems;
    }
}
