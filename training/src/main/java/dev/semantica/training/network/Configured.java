package dev.semantica.training.network;

import java.util.List;

/** Checks of the configurations. */
final class Configured {

    private Configured() {}

    static void require(boolean holds, String problem, List<String> problems) {
        if (!holds) {
            problems.add(problem);
        }
    }

    static void refuse(String network, List<String> problems) {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(network + ": " + String.join("; ", problems));
        }
    }
}
