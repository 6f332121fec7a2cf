package dev.semantica.console.health;

import java.util.Optional;

/** A question that an orchestrator asks a process. */
@FunctionalInterface
public interface Probe {

    /** What is wrong now; empty when all is well. Called from other threads, and must answer at once. */
    Optional<String> problem();
}
