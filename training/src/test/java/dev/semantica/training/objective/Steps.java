package dev.semantica.training.objective;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.semantica.training.optimise.Optimiser;

/** Steps of a learner, without all that a run has around them. */
final class Steps {

    private Steps() {}

    static void take(Learner learner, NDManager manager, int steps, double rate) {
        try (Optimiser optimiser = new Optimiser(Optimiser.Settings.defaults(), learner.weights(), manager)) {
            for (int step = 0; step < steps; step++) {
                try (NDManager work = manager.newSubManager();
                        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                    collector.backward(learner.loss(work, step));
                }
                optimiser.step(rate);
            }
        }
    }
}
