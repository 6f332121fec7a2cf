package dev.semantica.sampler.bundle;

import java.util.List;

/** A bundle cannot be used. Lists every problem found: what was expected, what was found, in which file. */
public final class BundleException extends Exception {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    /** Collects the problems, at least one. */
    public BundleException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** Every problem found. */
    public List<String> problems() {
        return problems;
    }
}
